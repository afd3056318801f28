"""What the tests of this dialect share."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.core.cache import caches
from django.test import Client

from customers.models import Merchant, ServiceUser
from gateway.registry import get_gateway
from tests.dialects.unibill.shop import Shop
from tests.module_rows import rows_where_possible


@pytest.fixture(scope="module", autouse=True)
def _shop_of_module(request: pytest.FixtureRequest) -> Iterator[Shop | None]:
    with rows_where_possible(request, "shop", Shop) as shop:
        yield shop


@pytest.fixture(autouse=True)
def _remember_nothing():
    """Passwords that one test has verified, and calls that it has made, are not known in the next."""
    caches["verified"].clear()
    caches["default"].clear()


@pytest.fixture(autouse=True)
def _places_for_all(settings):
    """Tests of races are one caller with many threads."""
    settings.PROCESSOR_CALLS = settings.PROCESSOR_CALLS_PER_CALLER = 64


@pytest.fixture
def merchant(shop: Shop) -> Merchant:
    return shop.merchant


@pytest.fixture
def user(shop: Shop) -> ServiceUser:
    return ServiceUser.objects.get(username="api-shop")


@pytest.fixture
def client(shop: Shop) -> Client:
    """A service user's program."""
    return shop.client


@pytest.fixture
def customer(merchant):
    """What a new customer says."""
    return {"code": "customer1", "accountId": str(merchant.account_number), "firstName": "John"}


@pytest.fixture
def shop(_shop_of_module: Shop | None, db: None) -> Shop:
    """A merchant's program."""
    return deepcopy(_shop_of_module) or Shop()


@pytest.fixture
def use_gateway(settings):
    """From here on, the processor has one of the bad days of tests.dialects.unibill.gateways."""

    def use(name: str) -> None:
        settings.GATEWAYS = {"sandbox": f"tests.dialects.unibill.gateways.{name}"}
        get_gateway.cache_clear()

    return use
