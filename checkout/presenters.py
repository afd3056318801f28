"""Texts about a purchase: amounts, sentences and payments, so that templates only place them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from charges.consent import starts_by_itself
from charges.failure_words import advise_payer, explain_failure
from charges.models import AttemptState, Charge, ChargeKind, ChargeStatus
from checkout.dues import Dues, describe_recurrent, describe_single, write_accounts, write_parts
from checkout.durations import describe_period
from checkout.schedule_text import RecurrentTerms, describe_schedule
from checkout.tax_text import TaxText
from checkout.verbs import name_payment, name_subscription
from core import clock
from core.local_formats import write_money
from core.money import Money
from core.transitions import sources_of
from subscriptions.models import RUNNING, Subscription
from subscriptions.renewal.seats import count_seats, is_chargeable_at_once
from taxes.terms import TaxTerms

DOUBTFUL = (AttemptState.UNKNOWN, AttemptState.AWAITING_BUYER, AttemptState.NEEDS_REVIEW)
CANCELLABLE = sources_of(Subscription.cancel)


@dataclass(frozen=True, slots=True)
class DirectWords:
    """The amounts of a direct charge as the reader writes them, and how its collection goes.

    `doubt` is the state of an attempt of which nobody knows yet whether it moves money, or empty. `reason`
    says why it failed and `advice` what the buyer can do; both are empty unless it did.
    """

    total: str
    parts: str
    dues: Dues | None
    verb: str
    is_retried: bool
    retry_at: datetime | None
    doubt: str
    reason: str
    advice: str
    tax: TaxText | None

    @classmethod
    def of(cls, charge: Charge, tax: TaxTerms | None = None) -> Self:
        """Write them out."""
        price, total = write_money(Money(charge.price_minor, charge.currency)), write_money(charge.total)
        parts = write_parts(price=price, count=charge.quantity, per_account=charge.per_account)
        return cls(
            total=total,
            parts=parts,
            dues=_describe_dues(charge, total=total, parts=parts),
            verb=name_payment(total, test=charge.test),
            is_retried=charge.status == ChargeStatus.PROCESSED and charge.first_declined_at is not None,
            retry_at=find_future(charge.collect_at),
            doubt=_find_doubt(charge),
            reason=explain_failure(charge.failure_code) if charge.failure_code else "",
            advice=advise_payer(charge.failure_code) if charge.failure_code else "",
            tax=_write_tax(charge, charge.total, tax),
        )


@dataclass(frozen=True, slots=True)
class RecurrentWords:
    """The terms of a subscription and how it goes."""

    terms: RecurrentTerms
    price_each: str
    period: str
    schedule: str
    trial_ends_at: datetime | None
    payment: Charge | None
    payment_words: DirectWords | None
    is_cancellable: bool
    ends_at: datetime | None
    has_too_many_seats: bool
    tax: TaxText | None

    @classmethod
    def of(cls, subscription: Subscription, tax: TaxTerms | None = None) -> Self:
        """Work them out; an unfinished trial is the only one that is shown with its end."""
        terms, payment = write_terms(subscription), _find_last_payment(subscription)
        return cls(
            terms=terms,
            price_each=write_price_each(subscription),
            period=describe_period(terms.frequency, terms.interval),
            schedule=_describe_schedule(subscription, terms),
            trial_ends_at=find_future(subscription.trial_ends_at),
            payment=payment,
            payment_words=DirectWords.of(payment) if payment else None,
            is_cancellable=subscription.status in CANCELLABLE,
            ends_at=subscription.cancel_at if subscription.status in CANCELLABLE else None,
            has_too_many_seats=_has_too_many_seats(subscription, terms),
            tax=_write_tax(subscription, _count_total(subscription, terms.accounts), tax),
        )

    @property
    def dues(self) -> Dues:
        """What is due now and later, if it is accepted now."""
        return describe_recurrent(self.terms, today=clock.now())

    @property
    def parts(self) -> str:
        """What its total is made of today, where that is more than one thing."""
        return write_accounts(self.terms)

    @property
    def verb(self) -> str:
        """What accepting it is called."""
        return name_subscription(self.terms)


def write_terms(subscription: Subscription) -> RecurrentTerms:
    """Write out what a subscription asks for, with today's number of accounts where it counts."""
    buyer_id, accounts = subscription.buyer_id, None
    if subscription.per_account and buyer_id is not None:
        accounts = count_seats({buyer_id}).get(buyer_id, 0)
    price = Money(subscription.price_minor, subscription.currency)
    return RecurrentTerms(
        price=write_money(price),
        total=write_money(_count_total(subscription, accounts)),
        accounts=accounts,
        frequency=subscription.frequency,
        interval=subscription.interval,
        trial_days=subscription.trial_days,
        trial_seconds=subscription.trial_seconds,
        test=subscription.test,
        zero=write_money(Money(0, subscription.currency)),
        starts=starts_by_itself(subscription),
    )


def write_price_each(subscription: Subscription) -> str:
    """Write out the price of a period, and whether each account of the buyer costs as much."""
    price = write_money(Money(subscription.price_minor, subscription.currency))
    return _("%(price)s per account") % {"price": price} if subscription.per_account else price


def _describe_dues(charge: Charge, *, total: str, parts: str) -> Dues | None:
    """Say when a charge is due while the buyer decides; only then its application comes along with it."""
    if charge.status != ChargeStatus.PENDING:
        return None
    return describe_single(total=total, parts=parts, starts=starts_by_itself(charge))


def _count_total(subscription: Subscription, accounts: int | None) -> Money:
    """Return what a payment comes to with today's accounts; None where they do not count."""
    return Money(subscription.price_minor * (1 if accounts is None else accounts), subscription.currency)


def _write_tax(purchase: Charge | Subscription, total: Money, tax: TaxTerms | None) -> TaxText | None:
    """Return the tax in the total while the buyer decides; what was paid has its invoice."""
    if purchase.status != ChargeStatus.PENDING or tax is None:
        return None
    return TaxText.of(total, tax)


def _describe_schedule(subscription: Subscription, terms: RecurrentTerms) -> str:
    """Say what is paid when, as far as that is known; nothing while it depends on a person or a payment."""
    next_at, anchor_at = find_future(subscription.next_charge_at), subscription.anchor_at
    if subscription.status not in RUNNING or subscription.held_at or not next_at or not anchor_at:
        return ""
    if subscription.cancel_at is not None and subscription.cancel_at <= next_at:
        return ""
    return describe_schedule(
        terms, first_at=next_at, anchor_at=anchor_at, is_first=not subscription.current_charge_at
    )


def _has_too_many_seats(subscription: Subscription, terms: RecurrentTerms) -> bool:
    if not terms.accounts:
        return False
    return not is_chargeable_at_once(price_minor=subscription.price_minor, seats=terms.accounts)


def _find_last_payment(subscription: Subscription) -> Charge | None:
    if subscription.activated_at is None:
        return None
    return subscription.charges.filter(kind=ChargeKind.CHARGE).order_by("-period").first()


def _find_doubt(charge: Charge) -> str:
    if charge.status != ChargeStatus.PROCESSED:
        return ""
    doubtful = charge.attempts.filter(state__in=DOUBTFUL)
    return doubtful.values_list("state", flat=True).first() or ""


def find_future(instant: datetime | None) -> datetime | None:
    """Return an instant that is still to come, else None."""
    return instant if instant and instant > clock.now() else None
