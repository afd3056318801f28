"""What every gateway must do; each runs through all of it, Stripe itself with `make test-stripe`."""

import uuid
from dataclasses import replace

import pytest

from core.money import Money
from gateway.base import GatewayError
from gateway.cards import Card, CardRefused, Secret
from gateway.hints import ForgedHint
from gateway.movements import A_DAY, Verdict
from tests.gateway.processors import charge, prepare
from tests.movements import make_movement, make_refund

pytestmark = pytest.mark.django_db
NO_MONEY = (Verdict.VOID, Verdict.DECLINED, Verdict.NOT_FOUND)


@pytest.fixture
def key() -> str:
    """A key that was never used, as all of them are."""
    return f"contract-{uuid.uuid4()}"


def test_an_approval_echoes_key_and_amount_and_has_a_reference(processor, key):
    _, answer = charge(processor, key)
    assert (answer.verdict, answer.key, answer.money) == (Verdict.APPROVED, key, Money(500, "USD"))
    assert answer.reference


def test_an_approval_tells_the_fee_and_when_the_money_is_available(processor, key):
    movement, answer = charge(processor, key)
    assert answer.fee is not None
    assert answer.fee.currency == "USD"
    assert 0 <= answer.fee.amount_minor < 500
    assert answer.available_on > movement.sent_at - A_DAY


def test_the_same_movement_again_is_the_same_capture(processor, key):
    movement, first = charge(processor, key)
    assert processor.gateway.charge(movement) == first


def test_two_keys_are_two_captures(processor, key):
    (_, first), (_, second) = charge(processor, key), charge(processor, f"{key}-2")
    assert first.reference != second.reference


@pytest.mark.parametrize(("behaviour", "hard"), [("decline_soft", False), ("decline_hard", True)])
def test_a_decline_says_why_and_whether_trying_again_helps(processor, key, behaviour, hard):
    movement, answer = charge(processor, key, behaviour)
    assert (answer.verdict, answer.hard) == (Verdict.DECLINED, hard)
    assert answer.code
    assert answer.message
    assert processor.gateway.lookup(movement) == answer


def test_an_expired_card_is_declined_in_words_of_its_own(processor, key):
    _, answer = charge(processor, key, "expired")
    assert (answer.verdict, answer.code, answer.hard) == (Verdict.DECLINED, "expired_card", False)


def test_a_lookup_tells_what_became_of_a_movement(processor, key):
    movement, answer = charge(processor, key)
    assert processor.gateway.lookup(movement) == answer
    unheard_of = make_movement(f"{key}-unheard-of", token=movement.token)
    assert processor.gateway.lookup(unheard_of).verdict == Verdict.NOT_FOUND


def test_an_answer_that_was_lost_is_found(processor, key):
    if not processor.loses_answers:
        pytest.skip("answers of this processor cannot be lost on purpose")
    movement = prepare(processor, key, "lose_answer")
    with pytest.raises(GatewayError):
        processor.gateway.charge(movement)
    assert processor.gateway.lookup(movement).verdict == Verdict.APPROVED


def test_what_is_prepared_has_moved_nothing_and_has_one_reference(processor, key):
    movement = prepare(processor, key)
    assert processor.gateway.lookup(movement).verdict == Verdict.NOT_FOUND
    if processor.gateway.prepares:
        assert processor.gateway.prepare(replace(movement, reference="")) == movement.reference


def test_what_is_cancelled_never_moves_money(processor, key):
    movement = prepare(processor, key)
    assert processor.gateway.cancel(movement).verdict == Verdict.VOID
    assert processor.gateway.charge(movement).verdict in NO_MONEY
    assert processor.gateway.lookup(movement).verdict == Verdict.VOID
    assert processor.gateway.cancel(movement).verdict == Verdict.VOID


def test_what_is_captured_is_not_cancelled(processor, key):
    movement, answer = charge(processor, key)
    assert processor.gateway.cancel(movement) == answer


def test_a_bank_may_want_the_buyer_to_confirm_on_its_page(processor, key):
    movement, answer = charge(processor, key, "confirm")
    assert (answer.verdict, answer.buyer_url) == (Verdict.NEEDS_BUYER, "")
    assert answer.patience > A_DAY
    present = replace(movement, return_url="https://billing.example/back")
    asked = processor.gateway.charge(present)
    assert asked.verdict == Verdict.NEEDS_BUYER
    assert asked.buyer_url.startswith("http")
    assert processor.gateway.charge(present).buyer_url == asked.buyer_url


def test_what_waits_for_the_buyer_can_be_cancelled(processor, key):
    movement, _ = charge(processor, key, "confirm")
    assert processor.gateway.cancel(movement).verdict == Verdict.VOID


def test_refunds_are_idempotent_and_never_exceed_the_capture(processor, key):
    _, capture = charge(processor, key)

    def refund(name, cents):
        return processor.gateway.refund(make_refund(f"{key}-{name}", capture=capture.reference, cents=cents))

    first, again = refund("r1", 300), refund("r1", 300)
    assert (first.verdict, first.money, again) == (Verdict.APPROVED, Money(300, "USD"), first)
    too_much = refund("r2", 201)
    assert (too_much.verdict, too_much.hard) == (Verdict.DECLINED, True)
    rest = refund("r3", 200)
    assert rest.verdict == Verdict.APPROVED
    found = processor.gateway.lookup(make_refund(f"{key}-r3", capture=capture.reference, cents=200))
    assert found == rest


def test_what_was_never_captured_cannot_be_refunded(processor, key):
    answer = processor.gateway.refund(make_refund(key, capture="nothing", cents=1))
    assert answer.verdict == Verdict.DECLINED


def test_a_customer_has_one_name(processor, key):
    name = processor.gateway.create_customer(key=key)
    assert name == processor.gateway.create_customer(key=key)
    assert name != processor.gateway.create_customer(key=f"{key}-2")


def test_a_card_number_is_taken_or_refused_by_field_and_never_shown(processor):
    card = Card(Secret("4111111111111112"), 12, 2030, Secret("123"))
    with pytest.raises(CardRefused) as refusal:
        processor.gateway.tokenize(card)
    assert refusal.value.field == "number"
    assert "4111111111111112" not in str(refusal.value)


def test_an_event_without_a_signature_is_forged(processor):
    with pytest.raises(ForgedHint):
        processor.gateway.read_hints(body=b"{}", headers={})


def test_there_is_no_dispute_that_the_processor_does_not_know(processor):
    assert processor.gateway.read_dispute(reference="dp_unheard_of") is None
