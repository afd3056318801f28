"""A buyer at the desk: logged in, with a card and a charge to decide."""

from types import SimpleNamespace

import pytest

from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
)
from tests.desk import log_in


@pytest.fixture
def desk(db) -> SimpleNamespace:
    """Buyer, card, app and pending charge of 2 x US$1.00, and the buyer's browser."""
    buyer = AccountFactory(
        organization=OrganizationFactory(name="Harbour Lane Dental"), email="dana@buyer.example"
    )
    card = PaymentOptionFactory(organization=buyer.organization)
    app = ApplicationFactory(organization=OrganizationFactory(name="Paper Kites Ltd"), name="Report Builder")
    charge = ChargeFactory(caller=CallerFactory(account=buyer, application=app), name="100 extra reports")
    return SimpleNamespace(buyer=buyer, card=card, app=app, charge=charge, browser=log_in(buyer))
