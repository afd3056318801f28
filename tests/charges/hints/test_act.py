"""Events of processors only make us ask: out of order, twice, late or unknown ones do no harm."""

from datetime import timedelta

import pytest

from charges.collection.single import claim_charge, collect_charge
from charges.hints.act import act_on_event
from charges.hints.store import store_hints
from charges.hints.sweep import KEPT_FOR, act_on_waiting_events, forget_old_events
from charges.models import Attempt, Dispute, ProcessorEvent
from core import clock
from core.errors import InvalidField
from gateway.cards import CardToken
from gateway.hints import Hint, Subject
from gateway.movements import Verdict
from operations.factories import ChargeFactory, PaymentOptionFactory
from tests.charges.scripted_gateway import report
from tests.money import captures, fetch, run_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sound_books", "processor"),
]


def tell(*hints, subject=Subject.MOVEMENT):
    events = [Hint(f"evt_{number}", subject, reference) for number, reference in hints]
    store_hints(gateway="sandbox", hints=events)


def act(after=timedelta()):
    with clock.travel_to(clock.now() + after):
        return act_on_waiting_events()


def find_events():
    return {event.event_id: event for event in ProcessorEvent.objects.all()}


def collect_late():
    """A charge whose answer was lost; the processor has taken the money, and knows it under its reference."""
    charge = ChargeFactory(activated=True, card="tok_test_timeout_after")
    collect_charge(charge.pk)
    [(reference, _)] = captures()
    Attempt.objects.filter(charge=charge).update(gateway_reference=reference)
    return charge, reference


def test_an_attempt_without_an_answer_is_asked_about_at_once():
    charge, reference = collect_late()
    assert fetch(charge).status == "processed"
    tell((1, reference))
    assert act() == 1
    assert fetch(charge).status == "success"
    assert find_events()["evt_1"].done_at is not None


def test_an_event_is_kept_once_and_acted_on_once(processor):
    _, reference = collect_late()
    tell((1, reference))
    tell((1, reference), (1, reference))
    assert act() == 1
    assert act() == 0
    assert len(processor.asked) == 1


def test_events_about_the_same_take_one_question(processor):
    _, reference = collect_late()
    tell((1, reference), (2, reference), (3, reference))
    for event in find_events().values():
        act_on_event(event.pk)
    assert len(processor.asked) == 1
    assert all(event.done_at for event in find_events().values())


def test_a_settled_attempt_is_asked_about_and_a_contradiction_changes_nothing(processor, monkeypatch, caplog):
    charge = ChargeFactory(collected=True)
    monkeypatch.setattr(processor, "says", Verdict.DECLINED)
    tell((1, charge.attempts.get().gateway_reference))
    act()
    assert fetch(charge).status == "success"
    assert "gateway contradicts itself" in caplog.text


def test_what_nobody_knows_is_tried_again_for_a_while_and_then_left(processor):
    tell((1, "pi_of_another_program"))
    assert act() == 1
    event = find_events()["evt_1"]
    assert (event.done_at, event.trouble) == (None, "NothingKnown")
    assert act() == 0
    assert act(timedelta(minutes=11)) == 1
    assert find_events()["evt_1"].done_at is not None
    assert processor.asked == []


def test_while_an_attempt_is_being_sent_its_event_waits(processor):
    attempt = claim_charge(ChargeFactory(activated=True).pk)
    Attempt.objects.filter(pk=attempt.pk).update(gateway_reference="pi_1")
    tell((1, "pi_1"))
    act()
    assert (find_events()["evt_1"].done_at, find_events()["evt_1"].trouble) == (None, "SenderAtWork")
    assert processor.asked == []


def test_a_dispute_is_read_and_recorded(processor):
    charge = ChargeFactory(collected=True)
    processor.disputes["dp_1"] = report(charge)
    tell((1, "dp_1"), subject=Subject.DISPUTE)
    act()
    assert Dispute.objects.get().charge == charge


def test_while_the_processor_is_down_an_event_waits_and_is_left_after_three_days(
    processor, monkeypatch, caplog
):
    monkeypatch.setattr(processor, "is_down", True)
    tell((1, "dp_1"), subject=Subject.DISPUTE)
    act()
    assert find_events()["evt_1"].trouble == "GatewayError: timed out"
    assert act(timedelta(days=2)) == 1
    assert find_events()["evt_1"].done_at is None
    assert act(timedelta(days=3)) == 1
    assert find_events()["evt_1"].done_at is not None
    assert "event of a processor left" in caplog.text


def test_a_card_is_followed(processor):
    option = PaymentOptionFactory(token="tok_test_approve_1")
    processor.known_cards[option.gateway_token] = CardToken(option.gateway_token, "visa", "0077", 5, 2031)
    tell((1, option.gateway_token), subject=Subject.CARD)
    act()
    option.refresh_from_db()
    assert (option.last4, option.exp_month, option.exp_year, option.is_active) == ("0077", 5, 2031, True)


def test_several_sweeps_at_once_act_once(processor):
    charge = ChargeFactory(collected=True)
    processor.disputes["dp_1"] = report(charge)
    tell((1, "dp_1"), subject=Subject.DISPUTE)
    run_at_once(*[act_on_waiting_events] * 4)
    assert processor.asked == ["dp_1"]
    assert Dispute.objects.count() == 1


def test_old_events_are_forgotten_but_not_those_that_wait():
    tell((1, "pi_1"), (2, "pi_2"))
    ProcessorEvent.objects.filter(event_id="evt_1").update(act_at=None, done_at=clock.now())
    assert forget_old_events() == 0
    with clock.travel_to(clock.now() + KEPT_FOR + timedelta(seconds=1)):
        assert forget_old_events() == 1
    assert set(find_events()) == {"evt_2"}
    act(timedelta(days=1))


@pytest.mark.parametrize("reference", ["", "x" * 256, "a\nb", "4242424242424242", "pi\0"])
def test_what_cannot_be_kept_is_refused(reference):
    with pytest.raises(InvalidField):
        tell((1, reference))
    assert ProcessorEvent.objects.count() == 0
