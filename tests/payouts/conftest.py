"""A seller with an account that payouts go to, and who decides about them."""

from types import SimpleNamespace

import pytest
from django.db import connection

from customers.models import Organization
from operations.factories import PayoutAccountFactory, UserFactory
from operations.factories.payouts import make_approver
from tests.payouts.schemas import check_file
from tests.verification import sound_books as sound_books

# Of a marketplace that is paid, and pays, in euros.
PAID_IN_EUROS = {
    "DEFAULT_CURRENCY": "EUR",
    "PAYOUT_PAYER_NAME": "Marketplace Ltd",
    "PAYOUT_PAYER_IBAN": "DE02120300000000202051",
}


def make_seller() -> Organization:
    """A seller with an account; sales are held for a week."""
    with connection.cursor() as cursor:
        # Here, refunds are about balances and not about who approves them.
        cursor.execute("SET LOCAL billing.refund_approval_limit = 'EUR:99999999'")
    return PayoutAccountFactory().organization


@pytest.fixture(autouse=True)
def _schemas_are_read_once(monkeypatch) -> None:
    monkeypatch.setattr("sepaxml.shared.try_valid_xml", check_file)


@pytest.fixture
def seller(db, settings) -> Organization:
    """A seller that is paid in EUR."""
    for name, value in PAID_IN_EUROS.items():
        setattr(settings, name, value)
    return make_seller()


@pytest.fixture
def desk(db):
    """Somebody who asks and somebody who approves."""
    return SimpleNamespace(clerk=UserFactory(staff=True), approver=make_approver())
