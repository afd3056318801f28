"""What the tests of this dialect share."""

import pytest
from django.core.cache import caches
from django.test import Client

from gateway.registry import get_gateway
from operations.factories import MerchantFactory, ServiceUserFactory
from tests.dialects.unibill.shop import Shop
from tests.service_users import basic


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
def merchant(db):
    return MerchantFactory()


@pytest.fixture
def user(merchant):
    return ServiceUserFactory(username="api-shop", merchants=[merchant])


@pytest.fixture
def client(user):
    """A service user's program."""
    return Client(headers={"Authorization": basic()})


@pytest.fixture
def customer(merchant):
    """What a new customer says."""
    return {"code": "customer1", "accountId": str(merchant.account_number), "firstName": "John"}


@pytest.fixture
def shop(db):
    """A merchant's program."""
    return Shop()


@pytest.fixture
def use_gateway(settings):
    """From here on, the processor has one of the bad days of tests.dialects.unibill.gateways."""

    def use(name: str) -> None:
        settings.GATEWAYS = {"sandbox": f"tests.dialects.unibill.gateways.{name}"}
        get_gateway.cache_clear()

    return use
