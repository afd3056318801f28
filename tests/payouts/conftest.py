"""A seller with an account that payouts go to, and who decides about them."""

from types import SimpleNamespace

import pytest
from django.db import connection

from operations.factories import PayoutAccountFactory, UserFactory
from operations.factories.payouts import make_approver
from tests.verification import sound_books as sound_books


@pytest.fixture
def seller(settings, db):
    """A seller that is paid in EUR, as all of this marketplace is; sales are held for a week."""
    settings.DEFAULT_CURRENCY = "EUR"
    with connection.cursor() as cursor:
        # Here, refunds are about balances and not about who approves them.
        cursor.execute("SET LOCAL billing.refund_approval_limit = 'EUR:99999999'")
    settings.PAYOUT_PAYER_NAME, settings.PAYOUT_PAYER_IBAN = "Marketplace Ltd", "DE02120300000000202051"
    return PayoutAccountFactory().organization


@pytest.fixture
def desk(db):
    """Somebody who asks and somebody who approves."""
    return SimpleNamespace(clerk=UserFactory(staff=True), approver=make_approver())
