"""The state machines: what may follow what, in Python and in the database."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from django_fsm import TransitionNotAllowed

from charges.models import Attempt, AttemptState, Charge, ChargeStatus, StatusChange
from core import clock
from operations.factories import ChargeFactory

CHARGE_MOVES = {
    "pending": {"accept", "decline"},
    "accepted": {"activate", "withdraw"},
    "declined": set(),
    "processed": {"succeed", "fail"},
    "success": {"come_back"},
    "failed": set(),
}
ATTEMPT_MOVES = {
    "sending": {"succeed", "decline", "void", "lose_track", "await_buyer", "stop", "need_review"},
    "unknown": {"succeed", "decline", "lose_track", "await_buyer", "stop", "need_review"},
    "awaiting_buyer": {"succeed", "decline", "lose_track", "await_buyer", "stop", "need_review"},
    "needs_review": {"succeed", "decline", "ask_again"},
    "succeeded": {"come_back"},
    "declined": set(),
    "returned": set(),
    "voided": set(),
}


def names_of_moves(row) -> set[str]:
    transitions = row.get_available_status_transitions if isinstance(row, Charge) else None
    return {move.name for move in (transitions or row.get_available_state_transitions)()}


@pytest.mark.parametrize(("status", "moves"), CHARGE_MOVES.items())
def test_each_charge_status_allows_exactly_these_moves(status, moves):
    assert names_of_moves(Charge(status=status)) == moves


@pytest.mark.parametrize(("state", "moves"), ATTEMPT_MOVES.items())
def test_each_attempt_state_allows_exactly_these_moves(state, moves):
    assert names_of_moves(Attempt(state=state)) == moves


def test_the_matrix_knows_every_state():
    assert set(CHARGE_MOVES) == set(ChargeStatus.values)
    assert set(ATTEMPT_MOVES) == set(AttemptState.values)


def test_a_status_cannot_be_assigned():
    with pytest.raises(AttributeError, match="not allowed"):
        Charge().status = ChargeStatus.SUCCESS


def test_a_move_from_the_wrong_status_is_refused():
    with pytest.raises(TransitionNotAllowed):
        Charge(status=ChargeStatus.DECLINED).activate()


@pytest.mark.django_db
@pytest.mark.parametrize("target", ChargeStatus.values)
@pytest.mark.parametrize("path", [[], ["accepted"], ["declined"], ["accepted", "processed"]])
def test_the_database_refuses_what_the_declarations_do_not_name(path, target):
    charge, now = ChargeFactory(), clock.now()
    timely = {"activated_at": now, "holds_until": now, "event_count": F("event_count") + 1}
    for status in path:
        Charge.objects.filter(pk=charge.pk).update(status=status, **timely)
    here = path[-1] if path else "pending"
    legal = {
        "pending": {"accepted", "declined"},
        "accepted": {"processed", "declined"},
        "processed": {"success", "failed"},
    }
    if target in legal.get(here, set()) | {here}:
        Charge.objects.filter(pk=charge.pk).update(status=target, **timely)
        assert Charge.objects.get(pk=charge.pk).status == target
        return
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(status=target, **timely)
    assert Charge.objects.get(pk=charge.pk).status == here


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"), [("price_minor", 1), ("total_minor", 1), ("commission_percent", 0), ("name", "Other")]
)
def test_the_terms_of_a_charge_never_change(field, value):
    charge = ChargeFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(**{field: value})


@pytest.mark.django_db
def test_nothing_of_a_charge_is_ever_deleted():
    charge = ChargeFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).delete()
    assert not StatusChange.objects.filter(charge=charge).exists()
