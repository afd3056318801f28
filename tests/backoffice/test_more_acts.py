"""The acts on attempts, trials, holds, ends and debts: in words, with a permission, once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from approvals.models import Approval
from charges.models import AttemptReview
from core import clock
from operations.factories import CustomerFactory, SubscriptionFactory, UserFactory
from tests.backoffice.forms import list_acts
from tests.charges.attempt_review.reviewing import MOVED, NEVER_CAME, doubtful, reference_of
from tests.ledger.accounts import record
from tests.money import fetch
from tests.subscriptions.stories import fetch as fetch_subscription

pytestmark = pytest.mark.django_db


def path(row, act="change"):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{act}/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def let(name, *codes):
    person = UserFactory(username=name, staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    browser = Client()
    browser.force_login(person)
    return browser


def told(response):
    return [str(message) for message in response.context["messages"]]


def do(browser, row, act, **said):
    """Fill in the form, confirm what it shows if it shows something, and return the page after."""
    form = {"reason": "It was seen."} | said
    seen = browser.post(path(row, act), form, follow=True)
    if confirmed := seen.context.get("confirmed"):
        return browser.post(path(row, act), form | {"confirmed": confirmed}, follow=True)
    return seen


@pytest.fixture
def trial():
    return SubscriptionFactory(activated=True, trial_days=14)


@pytest.fixture
def active():
    return SubscriptionFactory(active=True)


def test_the_page_of_an_attempt_asks_the_processor_and_books_what_it_says(staff):
    attempt = doubtful(MOVED)
    asked = words(staff.get(path(attempt, "settle")))
    assert "2.00 USD was to move under the key" in asked
    assert "sandbox now: It has moved 2.00 USD" in asked
    reference = reference_of(attempt)
    seen = staff.post(path(attempt, "settle"), {"outcome": "captured", "reference": reference, "reason": "x"})
    assert "2.00 USD is booked as collected" in words(seen)
    assert fetch(attempt.charge).status == "processed"
    done = do(staff, attempt, "settle", outcome="captured", reference=reference)
    assert told(done) == ["It is settled: the money has moved."]
    assert fetch(attempt.charge).status == "success"
    assert "It was seen." in words(done)
    assert path(attempt, "settle") not in done.content.decode()
    assert "The money has moved. It was seen." in list_acts().get().change_message


@pytest.mark.slow
def test_what_the_processor_does_not_say_waits_for_another_person():
    attempt = doubtful(NEVER_CAME)
    everything = ("view_attempt", "review_attempt", "view_approval", "approve_money")
    anna, berta = let("anna", *everything), let("berta", *everything)
    assert told(do(anna, attempt, "settle", outcome="not_captured")) == [
        "Nothing has changed yet: another person has to approve it."
    ]
    approval = Approval.objects.get()
    shown = words(berta.get(path(approval, "approve")))
    assert "It does not know this payment" in shown
    assert told(berta.post(path(approval, "approve"), follow=True)) == ["It is approved."]
    assert AttemptReview.objects.get().approval == approval
    assert fetch(attempt.charge).status == "failed"


def test_a_processor_that_is_down_is_told_in_words(staff, processor):
    attempt = doubtful(MOVED)
    processor.is_down = True
    assert "It did not answer (GatewayError)." in words(staff.get(path(attempt, "settle")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"outcome": "captured"}, "Without the processor's name of it"),
        ({"outcome": "captured", "reference": "ch_other"}, "as the processor says"),
        ({"outcome": "not_captured"}, "The processor has exactly this money"),
        ({"outcome": "of my own"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_on_the_form(staff, said, complaint):
    attempt = doubtful(MOVED)
    answer = words(do(staff, attempt, "settle", **said)).replace("&#x27;", "'")
    assert complaint in answer
    assert not AttemptReview.objects.exists()


def test_a_trial_is_extended(staff, trial):
    later = trial.trial_ends_at + timedelta(days=7)
    assert "It can only end later." in words(staff.get(path(trial, "extend-trial")))
    done = do(staff, trial, "extend-trial", ends_at=f"{later:%Y-%m-%d %H:%M}")
    assert told(done) == ["The trial ends later now."]
    assert fetch_subscription(trial).trial_ends_at == later.replace(second=0, microsecond=0)
    earlier = do(staff, trial, "extend-trial", ends_at=f"{clock.now():%Y-%m-%d}")
    assert "must be later than the trial ends now" in words(earlier)


def test_a_subscription_is_held_and_released(staff, active):
    assert told(do(staff, active, "hold")) == ["Nothing is billed for it until somebody releases it."]
    assert fetch_subscription(active).held_reason == "It was seen."
    do(staff, active, "release")
    assert fetch_subscription(active).due_at is not None


@pytest.mark.slow
def test_a_subscription_ends_with_its_paid_time_or_is_kept(staff, active):
    page = staff.get(path(active, "cancel-later"))
    shown = page.context["form"].initial["ends_at"]
    done = do(staff, active, "cancel-later", ends_at=shown)
    assert told(done) == ["The subscription ends with the time that is paid for."]
    assert fetch_subscription(active).cancel_at == active.next_charge_at
    assert told(do(staff, active, "keep")) == ["The subscription goes on."]
    other = do(staff, active, "cancel-later", ends_at="2040-01-01T00:00:00+00:00")
    assert "open the page again" in words(other)
    assert fetch_subscription(active).cancel_at is None


@pytest.mark.slow
def test_a_payment_that_is_tried_is_written_off(staff):
    charge = SubscriptionFactory(retried=True).charges.get()
    assert "19.00 USD is not asked for any more" in words(staff.get(path(charge, "write-off")))
    assert told(do(staff, charge, "write-off")) == ["It is written off."]


def test_what_a_customer_owes_is_written_off(staff):
    debt = record(CustomerFactory(), "invoice", 1999)
    assert "19.99 USD of 19.99 USD is still owed" in words(staff.get(path(debt, "write-off")))
    assert told(do(staff, debt, "write-off")) == ["It is written off."]
    assert path(debt, "write-off") not in staff.get(path(debt)).content.decode()


@pytest.mark.slow
def test_without_the_permission_nobody_does_any_of_it(trial, active):
    reader = let("carla", "view_attempt", "view_subscription", "view_charge", "view_customertransaction")
    charge = SubscriptionFactory(retried=True).charges.get()
    debt = record(CustomerFactory(), "invoice", 1999)
    for row, act in (
        (doubtful(MOVED), "settle"),
        (trial, "extend-trial"),
        (active, "hold"),
        (active, "cancel-later"),
        (charge, "write-off"),
        (debt, "write-off"),
    ):
        assert path(row, act) not in reader.get(path(row)).content.decode()
        assert reader.post(path(row, act), {"reason": "x"}).status_code == 403
