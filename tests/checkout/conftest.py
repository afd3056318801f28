"""A buyer at the desk: logged in, with a card and a charge to decide."""

from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.test import Client

from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
)
from tests.desk import log_in
from tests.module_rows import rows_where_possible


@pytest.fixture(scope="module", autouse=True)
def _desk_of_module(request: pytest.FixtureRequest) -> Iterator[SimpleNamespace | None]:
    with rows_where_possible(request, "desk", make_desk) as desk:
        yield desk


@pytest.fixture
def desk(_desk_of_module: SimpleNamespace | None, db: None) -> SimpleNamespace:
    """Buyer, card, app and pending charge of 2 x $1.00, and the buyer's browser."""
    desk = deepcopy(_desk_of_module) or make_desk()
    desk.browser = Client()
    desk.browser.cookies.update(desk.cookies)
    return desk


def make_desk() -> SimpleNamespace:
    buyer = AccountFactory(
        organization=OrganizationFactory(name="Harbour Lane Dental"), email="dana@buyer.example"
    )
    card = PaymentOptionFactory(organization=buyer.organization)
    app = ApplicationFactory(organization=OrganizationFactory(name="Paper Kites Ltd"), name="Report Builder")
    charge = ChargeFactory(caller=CallerFactory(account=buyer, application=app), name="100 extra reports")
    return SimpleNamespace(buyer=buyer, card=card, app=app, charge=charge, cookies=log_in(buyer).cookies)
