"""Another card pays what the bank wants confirmed, and only that; the hint to the workers may be lost."""

import pytest

from billing_site.celery import app
from charges.collection.single import collect_charge
from charges.models import Charge
from core import clock
from customers.models import PaymentOption
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, PaymentOptionFactory
from subscriptions.lifecycle.card_changes import choose_card, remove_card
from tests.card_entry import decide_as
from tests.subscriptions.stories import at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False])
def _workers_hear(request):
    """Hints are acted on at once, or all are lost."""
    app.conf.task_always_eager = request.param
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def account():
    return AccountFactory()


def add(account, token: str = "tok_test_approve") -> PaymentOption:
    return PaymentOptionFactory(organization=account.organization, token=token)


@pytest.mark.usefixtures("_workers_hear")
def test_a_single_payment_to_confirm_is_paid_with_the_new_card(account):
    add(account, "tok_test_confirm_always")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    collect_charge(charge.pk)
    good = add(account)
    choose_card(good.public_id, decider=decide_as(account))
    at(clock.now(), minutes=1)
    at(clock.now(), minutes=2)
    assert [attempt.state for attempt in charge.attempts.order_by("number")] == ["voided", "succeeded"]
    assert charge.attempts.get(number=2).token == good.gateway_token


@pytest.mark.usefixtures("_workers_hear")
def test_removing_a_card_leaves_what_is_to_be_confirmed_with_another(account):
    secure = add(account, "tok_test_confirm_always")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    collect_charge(charge.pk)
    add(account)
    removed = add(account)
    Charge.objects.filter(pk=charge.pk).update(payment_option=secure)
    remove_card(removed.public_id, decider=decide_as(account))
    assert charge.attempts.get().state == "awaiting_buyer"
