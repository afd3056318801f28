"""A seller with an account that payouts go to, and who decides about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import override_settings

from customers.models import Organization
from operations.factories import PayoutAccountFactory, UserFactory
from operations.factories.payouts import make_approver
from tests.verification import sound_books as sound_books


@contextmanager
def paid_in_euros() -> Iterator[None]:
    """As all of this marketplace is."""
    payer = {"PAYOUT_PAYER_NAME": "Marketplace Ltd", "PAYOUT_PAYER_IBAN": "DE02120300000000202051"}
    with override_settings(DEFAULT_CURRENCY="EUR", **payer):
        yield


def make_seller() -> Organization:
    """A seller with an account; sales are held for a week."""
    with connection.cursor() as cursor:
        # Here, refunds are about balances and not about who approves them.
        cursor.execute("SET LOCAL billing.refund_approval_limit = 'EUR:99999999'")
    return PayoutAccountFactory().organization


@pytest.fixture
def seller(db) -> Iterator[Organization]:
    """A seller that is paid in EUR."""
    with paid_in_euros():
        yield make_seller()


@pytest.fixture
def desk(db):
    """Somebody who asks and somebody who approves."""
    return SimpleNamespace(clerk=UserFactory(staff=True), approver=make_approver())
