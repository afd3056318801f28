"""A period that is billed anew, as in a database that was restored, is collected under the same keys."""

import pytest
from django.db import transaction

from charges.models import Attempt, ChargeStatus
from core import clock
from operations.factories import SubscriptionFactory
from tests.money import captures
from tests.subscriptions.clients import charges_of, subscribe
from tests.subscriptions.stories import START, at, day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db  # Within a transaction, so that what was written can be lost.


def lose_what_is_written(act):
    """Do something and lose all that it wrote, but not what the processor did."""
    lost = transaction.savepoint()
    act()
    keys = sorted(Attempt.objects.values_list("key", flat=True))
    transaction.savepoint_rollback(lost)
    return keys


def test_a_renewal_that_a_dump_does_not_have_is_not_collected_twice():
    with clock.travel_to(START):
        subscription = SubscriptionFactory(activated=True)
    keys = lose_what_is_written(lambda: at(days=1))
    assert (charges_of(subscription), len(captures())) == ([], 1)
    at(days=1)
    [charge] = charges_of(subscription)
    assert (charge.status, len(captures())) == (ChargeStatus.SUCCESS, 1)
    assert [attempt.key for attempt in charge.attempts.all()] == keys
    assert_books_are_sound()


def test_a_charge_that_is_tried_singly_has_the_same_keys_again():
    subscribe()
    keys = lose_what_is_written(lambda: at(day("2027-02-28")))
    assert len(captures()) == 2
    at(day("2027-02-28"))
    assert sorted(Attempt.objects.values_list("key", flat=True)) == keys
    assert len(captures()) == 2
