"""The billing run: what is due now, and what falls due on the way to an instant to come."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from charges.models import Attempt, Charge
from core import clock
from gateway.registry import get_gateway
from operations import rehearsal
from operations.factories import ChargeFactory
from tests.money import captures, fetch
from tests.operations.live_gateway import LIVE
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bill(capsys):
    def run(*arguments):
        call_command("bill", *arguments)
        return capsys.readouterr().out.splitlines()

    return run


def later(**delta):
    return (clock.now() + timedelta(**delta)).isoformat()


def test_everything_due_is_collected_and_summed_up(bill):
    ChargeFactory(activated=True)
    ChargeFactory(activated=True, price_minor=1_000, quantity=1)
    ChargeFactory(activated=True, card="tok_test_decline_soft")
    ChargeFactory(activated=True, card="tok_test_timeout_after")
    assert bill() == [
        "collected 2 (12.00 USD)",
        "declined 1 (2.00 USD)",
        "unknown 1 (2.00 USD)",
    ]
    assert_books_are_sound()


def test_sums_have_the_decimals_of_their_currency(bill, settings):
    settings.DEFAULT_CURRENCY = "JPY"
    ChargeFactory(activated=True, price_minor=750)
    assert bill("--dry-run")[0] == "would collect 1 (1,500 JPY)"
    settings.DEFAULT_CURRENCY = "KWD"
    ChargeFactory(activated=True, price_minor=750)
    assert bill()[0] == "collected 2 (1,500 JPY, 1.500 KWD)"
    assert_books_are_sound()


def test_running_it_again_changes_nothing(bill):
    charge = ChargeFactory(activated=True)
    bill()
    assert bill() == ["collected 0", "declined 0", "unknown 0"]
    assert len(captures()) == 1
    assert fetch(charge).status == "success"


def test_more_than_one_batch_is_run_to_the_end(bill, monkeypatch):
    monkeypatch.setattr("charges.collection.sweeps.BATCH", 2)
    monkeypatch.setattr("operations.due_work.BATCH", 2)
    for _ in range(5):
        ChargeFactory(activated=True)
    assert bill()[0].startswith("collected 5 ")


def test_a_rehearsal_runs_each_event_at_its_own_instant(bill):
    charge = ChargeFactory(activated=True, card="tok_test_late")
    started = clock.now()
    assert bill("--as-of", later(days=30))[0].startswith("collected 1 ")
    settled = fetch(charge).finished_at - started
    assert timedelta(seconds=60) <= settled < timedelta(minutes=10)
    assert_books_are_sound()


def test_a_rehearsal_stops_at_its_instant(bill):
    charge = ChargeFactory(activated=True, card="tok_test_late")
    assert bill("--as-of", later(seconds=30))[2].startswith("unknown 1 ")
    assert fetch(charge).status == "processed"
    assert bill("--as-of", later(days=1))[0].startswith("collected 1 ")


def test_rehearsing_twice_changes_nothing(bill):
    ChargeFactory(activated=True, card="tok_test_late")
    ChargeFactory(activated=True)
    until = later(days=365)
    bill("--as-of", until)
    before = list(Attempt.objects.order_by("pk").values())
    assert bill("--as-of", until) == ["collected 0", "declined 0", "unknown 0"]
    assert list(Attempt.objects.order_by("pk").values()) == before
    assert len(captures()) == 2


@pytest.mark.slow
def test_what_never_gets_an_answer_stays_unknown_as_long_as_the_processor_cannot_be_asked(bill, monkeypatch):
    gateway = get_gateway("sandbox")._gateway
    ChargeFactory(activated=True, card="tok_test_timeout_before")
    monkeypatch.setattr(type(gateway), "lookup", lambda self, movement: 1 / 0)
    assert bill("--as-of", later(days=7)) == [
        "collected 0",
        "declined 0",
        "unknown 1 (2.00 USD)",
    ]


def test_attempts_of_earlier_runs_are_not_counted_again(bill):
    charge = ChargeFactory(activated=True, card="tok_test_unreachable")
    for _ in range(2):
        assert "not sent 1 (2.00 USD)" in bill()
        Charge.objects.filter(pk=charge.pk).update(collect_at=clock.now())


@pytest.mark.slow
def test_an_endless_rehearsal_is_given_up(bill, monkeypatch):
    monkeypatch.setattr(rehearsal, "MAX_INSTANTS", 10)
    ChargeFactory(activated=True, card="tok_test_unreachable")
    with pytest.raises(CommandError, match="rehearse a shorter time"):
        bill("--as-of", later(days=365))


def test_an_instant_in_the_past_does_what_was_due_then(bill):
    ChargeFactory(activated=True)
    assert bill("--as-of", later(hours=-1))[0] == "collected 0"
    assert bill("--as-of", later(hours=1))[0].startswith("collected 1 ")


def test_a_dry_run_tells_and_changes_nothing(bill):
    charge = ChargeFactory(activated=True)
    assert bill("--dry-run") == ["would collect 1 (2.00 USD)", "would ask about 0"]
    assert fetch(charge).status == "processed"
    assert not Attempt.objects.exists()
    assert captures() == []


def test_a_dry_run_into_the_future_tells_what_will_be_asked(bill):
    ChargeFactory(activated=True, card="tok_test_late")
    bill()
    assert bill("--dry-run") == ["would collect 0", "would ask about 0"]
    assert bill("--dry-run", "--as-of", later(days=1)) == ["would collect 0", "would ask about 1 (2.00 USD)"]


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_the_future_is_refused_beside_a_live_processor(bill, settings, dry):
    settings.GATEWAYS, settings.LIVE_GATEWAY = LIVE, "live"
    with pytest.raises(CommandError, match="not rehearsed"):
        bill("--as-of", later(days=1), *dry)


def test_what_is_due_now_is_run_beside_a_live_processor_too(bill, settings):
    settings.GATEWAYS, settings.LIVE_GATEWAY = LIVE, "live"
    assert bill() == ["collected 0", "declined 0", "unknown 0"]
    assert bill("--as-of", later(seconds=-1)) == ["collected 0", "declined 0", "unknown 0"]
