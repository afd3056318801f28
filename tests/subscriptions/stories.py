"""The cast of the subscription stories, and how time passes for them."""

import secrets
from datetime import UTC, datetime, timedelta

from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from core import clock
from customers.models import PaymentOption
from gateway.cards import CardToken
from subscriptions.lifecycle.payment_option import replace_card
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due

START = datetime(2027, 1, 31, 10, tzinfo=UTC)


def day(text: str) -> datetime:
    """Ten o'clock (UTC) on a date."""
    return datetime.fromisoformat(text).replace(hour=10, tzinfo=UTC)


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
    replace_card(subscription.buyer_id, gateway="sandbox", card=token, actor="test")
