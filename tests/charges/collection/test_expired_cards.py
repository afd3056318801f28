"""An expired card is not sent: that is a soft decline of ours, unless its bank has renewed it."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from charges.collection.batch import send_attempts
from charges.collection.resolve import resolve_attempt, take_over_attempt
from charges.collection.sending import call_gateway, describe_attempt
from charges.collection.settle import settle_outcomes
from charges.collection.single import claim_charge, collect_charge
from charges.models import Attempt
from charges.processor.card_upkeep import follow_card, follow_expiring_cards, follow_token
from core import clock
from customers.models import PaymentOption
from gateway.registry import get_gateway
from gateway.sandbox import SandboxGateway
from gateway.sandbox_cards import enter_test_card
from operations.factories import AccountFactory, ChargeFactory, SubscriptionFactory
from subscriptions.lifecycle.card_changes import finish_card_entry
from tests.card_entry import begin, decide_as, find_session
from tests.money import captures, fetch
from tests.subscriptions import stories
from tests.subscriptions.stories import START, at

pytestmark = pytest.mark.django_db(transaction=True)
LAST_MONTH = datetime(2027, 2, 15, tzinfo=UTC)
RENEWED, PLAIN = "0184", "4242"


def give_card(account, last4: str, expires: datetime = LAST_MONTH) -> PaymentOption:
    """A card that expires at the end of that month, entered at the processor."""
    entry = begin(account)
    enter_test_card(find_session(entry.url), last4=last4, expires=expires)
    return finish_card_entry(entry.id, decider=decide_as(account)).payment_option


@pytest.fixture
def charge():
    """A charge to collect whose card has expired since it was accepted."""
    charge = ChargeFactory(activated=True)
    PaymentOption.objects.filter(pk=charge.payment_option_id).update(exp_year=2026, exp_month=10)
    return charge


def asked() -> list[str]:
    """The verdicts in the processor's own books: what it was asked to move."""
    with get_gateway("sandbox").books._open() as connection:
        return [row[0] for row in connection.execute("SELECT verdict FROM operation")]


def test_it_is_declined_without_asking_for_money(charge):
    collect_charge(charge.pk)
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.code, attempt.hard) == ("declined", "expired_card", False)
    assert attempt.message == "The card has expired."
    assert fetch(charge).failure_code == "expired_card"
    assert asked() == []


def test_a_card_is_valid_through_its_month(charge):
    now = clock.now()
    PaymentOption.objects.filter(pk=charge.payment_option_id).update(exp_year=now.year, exp_month=now.month)
    collect_charge(charge.pk)
    assert fetch(charge).status == "success"


def test_a_renewal_is_declined_softly_and_a_later_card_helps():
    subscription = SubscriptionFactory(activated=True, at=START)
    at(START)
    PaymentOption.objects.update(exp_year=2027, exp_month=2)
    at(days=32)
    assert stories.fetch(subscription).status == "past_due"
    assert Attempt.objects.latest("pk").code == "expired_card"
    assert asked() == ["approved"]
    with clock.travel_to(START + timedelta(days=32, hours=1)):
        stories.new_card(subscription, "approve")
    at(days=32, hours=1)
    assert stories.fetch(subscription).status == "active"


def test_a_card_that_its_bank_renewed_is_charged():
    account = AccountFactory()
    with clock.travel_to(START):
        give_card(account, RENEWED)
    with clock.travel_to(START + timedelta(days=60)):
        charge = ChargeFactory(activated=True, caller__account=account)
        collect_charge(charge.pk)
    assert fetch(charge).status == "success"
    assert len(captures()) == 1


def test_without_an_answer_about_the_card_nothing_is_sent_and_it_is_tried_again(charge, settings):
    settings.GATEWAYS = {"sandbox": "tests.gateway.silent_gateway.SilentGateway"}
    get_gateway.cache_clear()
    collect_charge(charge.pk)
    assert charge.attempts.get().state == "voided"
    assert fetch(charge).collect_at > clock.now()


def test_what_may_have_been_sent_already_is_not_declined_by_us():
    charge = ChargeFactory(activated=True)
    attempt = claim_charge(charge.pk)
    PaymentOption.objects.filter(pk=charge.payment_option_id).update(exp_year=2026, exp_month=10)
    with clock.travel_to(clock.now() + timedelta(minutes=5)):
        resolve_attempt(attempt.pk)
    assert fetch(charge).status == "success"


def plan_first_call(charge):
    """What its sender is about to do, with the instant after which it must not send any more."""
    attempt = claim_charge(charge.pk)
    planned = describe_attempt(attempt, lease_ends=attempt.check_at)
    assert planned.has_expired
    return planned, attempt.check_at + timedelta(seconds=1)


def send_again(planned):
    """What the processor tells a resolver that took the attempt over and sent it."""
    attempt = take_over_attempt(planned.id)
    return call_gateway(describe_attempt(attempt, lease_ends=attempt.check_at))


@pytest.mark.parametrize("late_sender", [call_gateway, lambda planned: send_attempts([planned])])
def test_a_sender_that_slept_does_not_decline_what_a_resolver_has_sent(charge, late_sender):
    type(charge).objects.filter(pk=charge.pk).update(retry_days=[1, 3])
    planned, too_late = plan_first_call(charge)
    with clock.travel_to(too_late):
        answer = send_again(planned)
        assert late_sender(planned) is None
        assert charge.attempts.get().state == "sending"
        settle_outcomes({planned.id: answer})
    assert fetch(charge).status == "success"
    assert len(captures()) == 1


def test_a_sender_that_waited_too_long_for_word_of_the_card_does_not_decline(charge, monkeypatch):
    planned, too_late = plan_first_call(charge)
    with ExitStack() as slow:
        monkeypatch.setattr(
            SandboxGateway, "read_card", lambda *_, **__: slow.enter_context(clock.travel_to(too_late))
        )
        assert call_gateway(planned) is None
    assert asked() == []


def test_our_refusal_does_not_count_once_a_resolver_has_taken_over(charge):
    planned, too_late = plan_first_call(charge)
    refusal = call_gateway(planned)
    with clock.travel_to(too_late):
        answer = send_again(planned)
        settle_outcomes({planned.id: refusal})
        settle_outcomes({planned.id: answer})
    assert fetch(charge).status == "success"
    assert len(captures()) == 1


def test_expiring_cards_are_followed_once_a_day():
    account = AccountFactory()
    with clock.travel_to(START):
        renewed = give_card(account, RENEWED)
        plain = give_card(account, PLAIN)
        far = give_card(account, RENEWED, START + timedelta(days=400))
        assert follow_expiring_cards() == 0
    later = datetime(2027, 3, 1, tzinfo=UTC)
    with clock.travel_to(later):
        assert follow_expiring_cards() == 2
        assert follow_expiring_cards() == 0
    with clock.travel_to(later + timedelta(days=1)):
        assert follow_expiring_cards() == 1, "the renewed one is not expiring any more"
    with clock.travel_to(later + timedelta(days=100)):
        assert follow_expiring_cards() == 0
    years = [PaymentOption.objects.get(pk=card.pk).exp_year for card in (renewed, plain, far)]
    assert years == [2031, 2027, 2028]


def test_a_hint_about_a_card_makes_us_ask():
    account = AccountFactory()
    with clock.travel_to(START):
        card = give_card(account, RENEWED)
    with clock.travel_to(START + timedelta(days=60)):
        follow_token(gateway="sandbox", token=card.gateway_token)
    card.refresh_from_db()
    assert (card.exp_year, card.exp_month) == (2031, 2)


def test_a_card_that_the_processor_does_not_know_stays_as_it_is():
    option = ChargeFactory(activated=True).payment_option
    follow_card(option.pk)
    option.refresh_from_db()
    assert (option.exp_year, option.exp_month, option.is_active) == (2035, 12, True)
