"""A buyer at the desk: logged in, with a card and a charge to decide."""

from types import SimpleNamespace

import pytest

from tests.desk import log_in
from tests.factories import make_account, make_app, make_caller, make_card, make_charge, make_organization


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "access.hashers.MachineSecretHasher",
    ]


@pytest.fixture
def desk(db) -> SimpleNamespace:
    """Buyer, card, app and pending charge of 2 x 1.00 USD, and the buyer's browser."""
    buyer = make_account(make_organization("Harbour Lane Dental"), email="dana@buyer.example")
    card = make_card(buyer.organization)
    app = make_app(make_organization("Paper Kites Ltd"), name="Report Builder")
    charge = make_charge(make_caller(buyer, app), name="100 extra reports")
    return SimpleNamespace(buyer=buyer, card=card, app=app, charge=charge, browser=log_in(buyer))
