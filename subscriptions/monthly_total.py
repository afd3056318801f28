"""What the running subscriptions of a buyer come to in a month, summed up by the database."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, Q, Sum, Value, When
from django.db.models.functions import Cast, Round

from core.money import Money
from customers.models import Account
from subscriptions.models import RUNNING, Subscription
from subscriptions.schedule import Frequency

# A year has 365.25 days, so that a month has 30.4375.
DAYS_OF_A_MONTH = Decimal("365.25") / 12
PERIODS_OF_A_MONTH = {
    Frequency.DAILY: DAYS_OF_A_MONTH,
    Frequency.WEEKLY: DAYS_OF_A_MONTH / 7,
    Frequency.MONTHLY: Decimal(1),
    Frequency.YEARLY: Decimal(1) / 12,
}
EXACT = DecimalField(max_digits=40, decimal_places=10)


class MonthlyTotal(NamedTuple):
    """What a month comes to in one currency, and how many subscriptions that is."""

    money: Money
    subscriptions: int


def sum_monthly_prices(organization_id: int) -> list[MonthlyTotal]:
    """Return what an organisation pays a month, in each currency, rounded half up at the end.

    What is charged again is counted, at its price: also what is in trial, and a price per account with the
    accounts of today. What ends, is frozen or held, or is a test is not, nor what was agreed for so many
    periods that are all billed. (Only customers of merchants skip periods, which moves the last one.)
    """
    goes_on = Q(length=None) | Q(length__isnull=False, period__lt=F("length"))
    rows = (
        Subscription.objects.filter(
            goes_on, buyer_id=organization_id, status__in=RUNNING, test=False, held_at=None, cancel_at=None
        )
        .values("currency")
        .annotate(monthly_minor=Round(Sum(_price_a_month(organization_id))), count=Count("pk"))
        .order_by("currency")
    )
    return [
        MonthlyTotal(Money(int(row["monthly_minor"] or 0), row["currency"]), row["count"]) for row in rows
    ]


def _price_a_month(organization_id: int) -> ExpressionWrapper:
    seats = Account.objects.filter(organization_id=organization_id, user__is_active=True)
    counted = seats.order_by().values("organization_id").annotate(seats=Count("pk")).values("seats")
    each = [When(frequency=unit, then=Value(times)) for unit, times in PERIODS_OF_A_MONTH.items()]
    price = Cast(F("price_minor"), EXACT) * Case(When(per_account=True, then=counted), default=Value(1))
    return ExpressionWrapper(price * Case(*each, output_field=EXACT) / F("interval"), output_field=EXACT)
