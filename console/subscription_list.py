"""The list of subscriptions that an organisation sells, as a page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.exports.cells import write_instant
from checkout.durations import describe_period
from console.lists.answer import answer_list
from console.lists.filters import Field, make_choice, make_days, read_choice
from console.lists.sheet import Sheet
from console.lookup import read_chosen_application
from console.page_access import Member, for_console
from core.local_formats import write_money
from core.money import Money
from customers.models import Role
from subscriptions.models import Subscription, SubscriptionStatus

S = SubscriptionStatus
# How a state looks: what is well, what needs a look, and what is over.
LOOKS = {S.ACTIVE: "good", S.PAST_DUE: "bad", S.FROZEN: "bad"} | dict.fromkeys(
    (S.DECLINED, S.CANCELLED, S.EXPIRED), "plain"
)


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One subscription as lists show it."""

    subscription: Subscription
    price: str
    often: str
    look: str

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """Return the line of a subscription whose buyer and application were read along."""
        price = write_money(Money(subscription.price_minor, subscription.currency))
        often = describe_period(subscription.frequency, subscription.interval)
        return cls(subscription, price, often, LOOKS.get(S(subscription.status), ""))


def find_subscribed(member: Member) -> QuerySet[Subscription]:
    """Return the subscriptions that the organisation sells to buyers, in both modes, with who they are."""
    sold = Subscription.objects.filter(payee=member.organization, customer=None)
    return sold.select_related("buyer", "buyer_account", "order_application")


class SubscriptionSheet(Sheet):
    """Subscriptions of the organisation's applications, the newest first."""

    name = "subscriptions"
    template = "subscriptions"
    columns = (
        *("created_at", "id", "status", "name", "external_id", "currency", "price", "per_account", "every"),
        *("buyer", "buyer_organization_id", "buyer_email", "application", "client_id"),
        *("activated_at", "trial_ends_at", "next_charge_at", "ends_at", "cancelled_at"),
    )

    def list_fields(self) -> list[Field]:
        """Return the fields above the list."""
        status = make_choice(self.query, "status", "Status", S.choices)
        return [status, self.make_application_field(), *make_days(self.query)]

    def find(self) -> tuple[QuerySet[Subscription], Q]:
        """Return the rows and what narrows them. Raises InvalidField, ConsolePageNotFound."""
        narrow, application = Q(), read_chosen_application(self.query, self.member)
        if status := read_choice(self.fields[0]):
            narrow &= Q(status=status)
        if application is not None:
            narrow &= Q(order_application=application)
        shown = find_subscribed(self.member).filter(test=not self.member.livemode)
        return self.within_days(shown), narrow

    def describe(self, rows: list[Any]) -> list[SubscriptionLine]:
        """Return the lines of a page."""
        return [SubscriptionLine.of(subscription) for subscription in rows]

    def write(self, line: SubscriptionLine) -> Sequence[Any]:
        """Return the cells of a subscription."""
        row = line.subscription
        buyer, account, app = row.buyer, row.buyer_account, row.order_application
        return [
            write_instant(row.created_at),
            str(row.public_id),
            row.status,
            row.name,
            row.external_id,
            row.currency,
            Money(row.price_minor, row.currency).units,
            row.per_account,
            line.often,
            *((buyer.name, str(buyer.public_id)) if buyer else ("", "")),
            account.email if account else "",
            *((app.name, app.client_id) if app else ("", "")),
            *map(write_instant, (row.activated_at, row.trial_ends_at, row.next_charge_at)),
            *map(write_instant, (row.cancel_at, row.cancelled_at)),
        ]


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def subscriptions_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the subscriptions of the organisation."""
    return answer_list(request, member, SubscriptionSheet(member, request.GET))
