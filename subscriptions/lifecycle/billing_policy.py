"""Billing policies: three sets of policy columns for new subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPolicy:
    """What a subscription is created with beside its terms; the columns of that name tell what they do."""

    # Its periods begin with a day (UTC), the first one with the next.
    starts_by_day: bool = False
    # A first period that is due already is billed in the transaction that creates the subscription.
    bills_at_once: bool = False
    bills_by_invoice: bool = False
    waits_for_payment: bool = False
    catch_up_limit: int | None = None
    retry_days: Sequence[int] = ()
    retry_limit: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Return the policy columns of a new row."""
        return {
            "bills_by_invoice": self.bills_by_invoice,
            "waits_for_payment": self.waits_for_payment,
            "catch_up_limit": self.catch_up_limit,
            "retry_days": list(self.retry_days),
            "retry_limit": self.retry_limit,
        }


def bill_when_paid() -> BillingPolicy:
    """Return the policy of offers to buyers: each period waits until the one before is paid."""
    return BillingPolicy(
        waits_for_payment=True,
        catch_up_limit=settings.CATCH_UP_LIMIT,
        retry_days=settings.RETRY_DAYS,
    )


def bill_at_once(*, retry_limit: int) -> BillingPolicy:
    """Return the policy of charging or paying a customer: each missed period too, retried so many times."""
    return BillingPolicy(bills_at_once=True, retry_limit=retry_limit)


def bill_by_invoice() -> BillingPolicy:
    """Return the policy of invoices on a customer's account, whose payment is retried by the calendar.

    A missed period does not wait for the payment of the one before, so that the limit alone keeps an outage
    from being invoiced at once.
    """
    return BillingPolicy(
        starts_by_day=True,
        bills_by_invoice=True,
        catch_up_limit=settings.CATCH_UP_LIMIT,
        retry_days=settings.RETRY_DAYS,
    )
