"""The demo begins with six months of a small marketplace, made by the engine, and made once."""

import io
import json
from collections import Counter

import pytest
from django.core.management import call_command
from django.core.management.base import OutputWrapper

from charges.models import (
    Acceptance,
    Attempt,
    Charge,
    Dispute,
    PageShown,
    RefundRequest,
    StatusChange,
)
from core import clock
from customers.models import Application, Organization
from events.models import Event
from ledger.models import LedgerTransaction
from mail.models import Mail
from mail.read_events import read_new_events
from operations.demo_history.progress import make_history_in_one_line
from operations.demo_history.story import STORY
from payouts.models import Payout
from subscriptions.models import Subscription
from webhooks.models import Delivery

TABLES = (Application, Attempt, Charge, Event, LedgerTransaction, Mail, Organization, Payout, Subscription)


def count_rows() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def count_charges() -> Counter[tuple[str, str, bool]]:
    return Counter(Charge.objects.values_list("kind", "status", "test"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_is_of_every_kind_and_sound_and_a_second_start_adds_nothing():
    line = io.StringIO()
    make_history_in_one_line(OutputWrapper(line))
    assert line.getvalue() == (
        f"Making six months of a small marketplace {'.' * len({act.day for act in STORY})} done\n"
    )
    made = count_rows()

    call_command(
        "demo", "--history", "--json", stdout=(again := io.StringIO()), stderr=(line := io.StringIO())
    )
    assert json.loads(again.getvalue())["buyer"]["email"] == "buyer@demo-buyer.example"
    assert (line.getvalue(), count_rows()) == ("", made)
    call_command("verify", stdout=io.StringIO())

    charges = count_charges()
    assert charges["charge", "success", False] > 50
    assert {("charge", "success", True), ("charge", "failed", True), ("charge", "declined", False)} < (
        charges.keys()
    )
    assert charges["refund", "success", False] == 3
    assert {*Subscription.objects.values_list("status", flat=True)} == {
        *("pending", "declined", "processed", "active", "past_due", "frozen", "cancelled")
    }
    recovered = Charge.objects.filter(status="success", test=False, attempts__state="declined")
    assert recovered.distinct().count() == 2
    assert Dispute.objects.count() == 1
    assert Attempt.objects.filter(state="needs_review").count() == 1
    assert sorted(Payout.objects.values_list("status", flat=True)) == ["requested", "settled", "settled"]
    doers = {name.partition(":")[0] for name in StatusChange.objects.values_list("actor", flat=True)}
    assert doers == {"app", "page/account", "system"}
    agreed = Acceptance.objects.values_list("words", flat=True)
    assert all(" agrees to " in words and words.endswith(".") for words in agreed)
    trial = "Two Hills Bicycles agrees to pay $49.00 every month after a trial of 14 days, until you cancel."
    assert trial in agreed
    assert PageShown.objects.count() >= len(agreed) > 20
    assert {*RefundRequest.objects.values_list("actor", flat=True)} == {"staff:rosa"}

    assert Charge.objects.filter(created_at__gt=clock.now()).count() == 0
    assert read_new_events() == Mail.objects.count() == Delivery.objects.count() == 0
