"""Mails to buyers about subscriptions and the cards that pay for them."""

from django.utils.translation import gettext as _

from core import clock
from core.local_formats import write_day, write_instant, write_money
from core.money import Money
from customers.models import PaymentOption
from mail.contents.parts import (
    ACCOUNT,
    CARDS,
    Content,
    Fact,
    explain_to_buyer,
    find_page,
    list_card,
    list_parties,
    write_agreement,
    write_card,
)
from mail.kinds import Kind
from mail.models import Mail
from mail.reminders import find_paid_by
from subscriptions.models import Subscription, SubscriptionStatus

SHOWN = 10


def write_trial_end(mail: Mail) -> Content | None:
    """A trial ends and the first payment follows; None when it has ended, or ends with the subscription."""
    subscription = find_subscription(mail)
    ends_at = subscription.trial_ends_at
    if subscription.status != SubscriptionStatus.PROCESSED or ends_at is None or ends_at <= clock.now():
        return None
    if subscription.cancel_at is not None and subscription.cancel_at <= ends_at:
        return None
    agreement, *how_to_cancel = write_agreement(subscription)
    return Content(
        words=name_subscription(subscription) | {"day": write_day(ends_at), "agreement": agreement},
        facts=[
            *list_parties(subscription),
            Fact(_("End of the trial"), write_instant(ends_at)),
            Fact(_("First payment"), _write_price(subscription)),
            *list_card(subscription.payment_option),
        ],
        why=explain_to_buyer(subscription.buyer),
        path=ACCOUNT,
        more=how_to_cancel,
    )


def write_subscription(mail: Mail) -> Content | None:
    """A subscription stopped or came to its end: the template says which; None when a stop is over."""
    subscription = find_subscription(mail)
    if mail.kind == Kind.SUBSCRIPTION_FROZEN and subscription.status != SubscriptionStatus.FROZEN:
        return None
    return Content(
        words=name_subscription(subscription),
        facts=[
            *list_parties(subscription),
            Fact(_("Date"), write_day(mail.created_at)),
            Fact(_("Number"), str(subscription.public_id)),
        ],
        why=explain_to_buyer(subscription.buyer),
        path=find_page(subscription),
    )


def write_card_expiry(mail: Mail) -> Content | None:
    """A card expires and pays for something; None when it was renewed, removed or pays for nothing now."""
    option = PaymentOption.objects.select_related("organization").get(public_id=mail.object_id)
    is_as_told = [option.exp_year, option.exp_month] == mail.facts["expires"] and option.is_active
    paid = find_paid_by(option, buyer=option.organization).order_by("pk")
    names = list(paid.values_list("name", flat=True)[:SHOWN]) if is_as_told else []
    if not names:
        return None
    return Content(
        words={"card": write_card(option)},
        facts=[
            Fact(_("Card"), write_card(option)),
            Fact(_("Valid through"), f"{option.exp_month:02}/{option.exp_year}"),
            *(Fact(_("Pays for"), name) for name in names),
        ],
        why=explain_to_buyer(option.organization),
        path=CARDS,
    )


def find_subscription(mail: Mail) -> Subscription:
    """Return what a mail is about, with all that its lines name."""
    return Subscription.objects.for_display().select_related("payment_option").get(public_id=mail.object_id)


def name_subscription(subscription: Subscription) -> dict[str, object]:
    """Return the words that each of these mails places."""
    return {
        "name": subscription.name,
        "buyer": subscription.buyer.name if subscription.buyer else "",
    }


def _write_price(subscription: Subscription) -> str:
    price = write_money(Money(subscription.price_minor, subscription.currency))
    return _("%(price)s for each account") % {"price": price} if subscription.per_account else price
