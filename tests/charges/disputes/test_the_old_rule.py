"""A dispute that was opened when the marketplace stood in for it ends by that rule."""

from datetime import timedelta

import pytest
from django.db import transaction

from charges.disputes.events import tell_dispute
from charges.models import Dispute
from core import clock
from core.ledger_references import dispute_reference
from gateway.hints import DisputeStatus as Says
from ledger.models import TransactionKind
from ledger.postings import CLEARING, DISPUTED, Posting, Source
from ledger.services import record_postings
from payouts.available import read_available
from tests.charges.disputes.test_disputes import balances, tell
from tests.charges.disputes.test_disputes import charge as charge
from tests.money import seller_balance
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def open_by_the_old_rule(charge, amount=1000):
    """A dispute as it was opened when the marketplace stood in for it until it was lost."""
    capture = charge.attempts.get()
    money = {"livemode": True, "currency": "USD", "amount_minor": amount}
    dispute = Dispute.objects.create(
        charge=charge,
        attempt=capture,
        gateway="sandbox",
        reference="dp_1",
        fee_currency="USD",
        asked_at=clock.now(),
        shared_at_opening=False,
        **money,
    )
    tell_dispute(dispute, charge, at=dispute.opened_at)
    source = Source(dispute_reference(dispute.public_id), charge.name, True, "USD")
    with transaction.atomic():
        moves = {DISPUTED: amount, CLEARING: -amount}
        record_postings([Posting(TransactionKind.DISPUTE_OPENED, source, moves)])
    return dispute


def test_a_dispute_that_was_opened_by_the_old_rule_takes_nothing_until_it_is_lost(charge):
    open_by_the_old_rule(charge, 333)
    assert_books_are_sound()
    assert tell(charge, amount=333, fee=0).commission_minor is None
    available = read_available(organization_id=charge.payee_id, currency="USD")
    assert (available.owed_minor, seller_balance(charge)) == (800, 800)
    with clock.travel_to(clock.now() + timedelta(days=30)):
        free = read_available(organization_id=charge.payee_id, currency="USD")
    assert (free.disputed_minor, free.available_minor) == (267, 533)
    assert tell(charge, Says.LOST, amount=333, fee=0).commission_minor == 67
    assert seller_balance(charge) == 800 - 266
    assert balances()["buyer_clearing"] == 667
    assert "disputed" not in balances()


def test_a_dispute_that_was_opened_by_the_old_rule_may_be_won(charge):
    before = balances()
    open_by_the_old_rule(charge)
    tell(charge, Says.WON, fee=0)
    assert balances() == before
