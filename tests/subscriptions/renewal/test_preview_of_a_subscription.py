"""A preview shows what would happen to a subscription, by renewal itself, and keeps none of it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from core import clock
from core.rolled_back import rolled_back
from gateway.registry import CalledInsideTransaction, get_gateway
from gateway.sandbox import SandboxGateway
from operations.factories import SubscriptionFactory
from subscriptions.errors import PreviewBusy
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.renewal import preview
from subscriptions.renewal.preview import preview_life

YEAR = timedelta(days=365)


def count_everything():
    with connection.cursor() as cursor:
        counts = {}
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*), max(t.xmin::text::bigint) FROM "{table}" t')
            counts[table] = cursor.fetchone()
        return counts


@pytest.fixture
def silence(monkeypatch):
    """From when it is called, the processor may not be."""

    def refuse(*args, **kwargs):
        raise AssertionError("the processor was asked")

    def begin():
        for name in ("charge", "refund", "payout", "lookup", "cancel", "prepare"):
            monkeypatch.setattr(SandboxGateway, name, refuse, raising=False)

    return begin


def titles(shown):
    return [step.type for step in shown.steps]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_year_of_payments_is_shown_month_by_month(silence):
    subscription = SubscriptionFactory(active=True)
    silence()
    shown = preview_life(subscription.pk, until=clock.now() + YEAR)
    renewed = [step for step in shown.steps if step.type == "subscription.renewed"]
    assert len(renewed) == 12
    assert titles(shown)[:4] == ["charge.succeeded", "subscription.renewed"] * 2
    assert shown.steps[0].snapshot["amount"] == 1900
    assert all(early.at <= late.at for early, late in zip(shown.steps, shown.steps[1:], strict=False))
    assert not shown.is_cut


@pytest.mark.django_db
def test_a_failing_card_is_tried_again_and_ends_it(silence):
    subscription = SubscriptionFactory(active=True)
    silence()
    shown = preview_life(subscription.pk, until=clock.now() + YEAR, payments_fail=True)
    failed, ended = ["charge.payment_failed"], ["charge.failed", "subscription.frozen"]
    assert titles(shown) == [*failed, "subscription.past_due", *failed * 3, *ended]
    assert [(step.at - shown.steps[0].at).days for step in shown.steps] == [0, 0, 1, 3, 5, 7, 7]
    assert shown.steps[0].snapshot["failure_code"] == "card_declined"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_and_nothing_leaves(silence, monkeypatch):
    subscription = SubscriptionFactory(active=True)
    silence()
    before = count_everything()
    sent = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **kwargs: sent.append(args))
    for payments_fail in (False, True):
        assert preview_life(subscription.pk, until=clock.now() + YEAR, payments_fail=payments_fail).steps
    assert count_everything() == before
    assert sent == []
    assert connection.get_autocommit()


@pytest.mark.slow
@pytest.mark.django_db
def test_what_is_to_end_ends_and_what_stands_still_shows_nothing(silence):
    ending = SubscriptionFactory(active=True)
    cancel_subscription(ending.pk, actor="test", effective_on=(clock.now() + timedelta(days=40)).date())
    silence()
    assert titles(preview_life(ending.pk, until=clock.now() + YEAR))[-1] == "subscription.cancelled"
    for stage in ("accepted", "frozen", "cancelled", "held"):
        still = SubscriptionFactory(**{stage: True})
        assert preview_life(still.pk, until=clock.now() + YEAR).steps == []


@pytest.mark.slow
@pytest.mark.django_db
def test_many_periods_are_cut(silence):
    daily = SubscriptionFactory(active=True, frequency="daily")
    silence()
    assert preview_life(daily.pk, until=clock.now() + YEAR).is_cut


@pytest.mark.django_db
def test_a_processor_cannot_be_called_in_what_is_rolled_back():
    with rolled_back(), pytest.raises(CalledInsideTransaction):
        get_gateway("sandbox").lookup("key")


@pytest.mark.django_db
def test_a_second_preview_at_the_same_time_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(preview, "PREVIEWS", "SELECT false")
    with pytest.raises(PreviewBusy):
        preview_life(SubscriptionFactory(active=True).pk, until=clock.now())
