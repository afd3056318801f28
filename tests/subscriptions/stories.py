"""The cast of the subscription stories, and how time passes for them."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.consent import Decider
from core import clock
from customers.models import PaymentOption
from gateway.base import CardToken
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.lifecycle.payment_option import replace_card
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due
from tests.factories import make_account, make_app, make_caller, make_card, make_subscription

START = datetime(2027, 1, 31, 10, tzinfo=UTC)


def day(text: str) -> datetime:
    """Ten o'clock (UTC) on a date."""
    return datetime.fromisoformat(text).replace(hour=10, tzinfo=UTC)


def make_running_subscription(
    card: str = "tok_test_approve", at: datetime = START, **fields: Any
) -> Subscription:
    """A subscription that its buyer accepted and its seller activated at START, not yet billed."""
    account = make_account()
    make_card(account.organization, card)
    with clock.travel_to(at):
        subscription = make_subscription(make_caller(account, make_app()), **fields)
        decider = Decider.on_page(account, ip=None, user_agent="")
        accept_subscription(subscription.pk, decider=decider)
        return activate_subscription(subscription.pk, actor="test")


def at(instant: datetime | None = None, **later: float) -> None:
    """Everything that is due at this instant, or this long after START, happens."""
    with clock.travel_to((instant or START) + timedelta(**later)):
        while renew_due():
            pass
        collect_due_charges()
        resolve_due_attempts()


def fetch(subscription: Subscription) -> Subscription:
    """The subscription as it is in the database now."""
    return Subscription.objects.get(pk=subscription.pk)


def change_card(subscription: Subscription, behaviour: str) -> None:
    """The buyer's card starts to behave differently, as cards do."""
    PaymentOption.objects.filter(organization_id=subscription.buyer_id).update(
        gateway_token=f"tok_test_{behaviour}_{subscription.pk}"
    )


def statuses(subscription: Subscription) -> list[str]:
    """The statuses the subscription went through."""
    return [change.to_status for change in subscription.history.all()]


def paid(subscription: Subscription) -> list[tuple[int, str]]:
    """Period and status of each charge of a subscription, in order."""
    return list(subscription.charges.order_by("period").values_list("period", "status"))


def new_card(subscription: Subscription, behaviour: str) -> None:
    """The buyer enters another card."""
    token = CardToken(f"tok_test_{behaviour}_{secrets.token_hex(4)}", "visa", "1111", 12, 2031)
    replace_card(subscription.buyer_id, gateway="sandbox", card=token)
