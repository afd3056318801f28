"""Forecast of the payments of imported subscriptions."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from core import clock
from core.money import Money
from subscriptions.models import PlanKind, Subscription
from subscriptions.renewal.coming_bills import count_periods


@dataclass(slots=True)
class Forecast:
    """Periods that are due at once, and payouts that nobody permitted."""

    periods: Counter[str] = field(default_factory=Counter)
    cents: Counter[tuple[str, str]] = field(default_factory=Counter)
    unpermitted: set[int] = field(default_factory=set)

    def add(self, subscription: Subscription) -> None:
        """Look at one more; it comes with its customer and merchant."""
        if subscription.due_at is None:
            return
        periods = count_periods(subscription, clock.now())
        if periods:
            self.periods[subscription.kind] += periods
            self.cents[subscription.kind, subscription.currency] += periods * subscription.price_minor
        merchant = subscription.customer and subscription.customer.merchant
        if merchant and subscription.kind == PlanKind.DISBURSEMENT and not merchant.may_pay_out:
            self.unpermitted.add(merchant.pk)

    def describe(self) -> Iterator[str]:
        """Yield a line for each thing that somebody should know before it happens."""
        for (kind, currency), cents in sorted(self.cents.items()):
            verb = "charged" if kind == PlanKind.CHARGE else "paid out"
            total = Money(cents, currency)
            yield f"due at once: {self.periods[kind]} periods, {total} to be {verb} as soon as they are there"
        if self.unpermitted:
            yield f"companies whose payouts fail until the admin permits them: {len(self.unpermitted)}"
