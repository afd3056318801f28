"""The list of organisations that bought from the reader's, as a page and as CSV, and the page of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.exports.cells import write_instant
from console.charge_list import ChargeLine, find_sold
from console.errors import ConsolePageNotFound
from console.lists.answer import answer_list
from console.lists.filters import Field
from console.lists.paging import Page, Place
from console.lists.sheet import NumberedSheet
from console.looks import render_console
from console.page_access import Member, for_console
from console.subscription_list import SubscriptionLine, find_subscribed
from core.local_formats import write_money
from customers.models import Organization, Role
from subscriptions.buyers import Buyer, describe_buyers, list_buyers

ABOVE_ALL = 2**62
NEWEST = 20


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One buyer with amounts in words."""

    buyer: Buyer
    paid: list[str]
    given_back: list[str]

    @classmethod
    def of(cls, buyer: Buyer) -> Self:
        """Return the line of a buyer."""
        return cls(buyer, list(map(write_money, buyer.paid)), list(map(write_money, buyer.given_back)))

    @property
    def last_paid_at(self) -> datetime | None:
        """When it last paid (UTC)."""
        return self.buyer.last_paid_at


class CustomerSheet(NumberedSheet):
    """Organisations that paid or subscribed, those that came to the marketplace last first."""

    name = "customers"
    template = "customers"
    columns = ("name", "organization_id", "running_subscriptions", "paid", "given_back", "last_paid_at")

    def list_fields(self) -> list[Field]:
        """There is nothing to choose."""
        return []

    def find(self) -> tuple[QuerySet[Any], Q]:
        """Buyers are no rows of one table; see `read`."""
        raise NotImplementedError

    def read(self, *, behind: Place | None, shown: int) -> tuple[Page, list[Any]]:
        """Return a page and its lines."""
        seller: dict[str, Any] = {"seller_id": self.member.organization.pk, "test": not self.member.livemode}
        ids = list_buyers(**seller, below=behind[0] if behind else ABOVE_ALL, limit=shown + 1)
        page = Page(ids[:shown], (ids[shown - 1],) if len(ids) > shown else None, is_cut=False)
        return page, [CustomerLine.of(buyer) for buyer in describe_buyers(**seller, buyer_ids=page.rows)]

    def write(self, line: CustomerLine) -> Sequence[Any]:
        """Return the cells of a buyer."""
        organization = line.buyer.organization
        return [
            organization.name,
            str(organization.public_id),
            line.buyer.running,
            "; ".join(f"{each.units:f} {each.currency}" for each in line.buyer.paid),
            "; ".join(f"{each.units:f} {each.currency}" for each in line.buyer.given_back),
            write_instant(line.last_paid_at),
        ]


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def customers_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the buyers of the organisation."""
    return answer_list(request, member, CustomerSheet(member, request.GET))


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def customer_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show what one organisation was asked for and bought; one that was never asked is unknown."""
    mode = {"test": not member.livemode, "buyer__public_id": public_id}
    charges = list(find_sold(member).filter(**mode).order_by("-pk")[:NEWEST])
    subscriptions = list(find_subscribed(member).filter(**mode).order_by("-pk")[:NEWEST])
    if not charges and not subscriptions:
        raise ConsolePageNotFound
    buyer = Organization.objects.get(public_id=public_id)
    [described] = describe_buyers(
        seller_id=member.organization.pk, test=not member.livemode, buyer_ids=[buyer.pk]
    )
    context = {
        "line": CustomerLine.of(described),
        "charges": [ChargeLine.of(charge) for charge in charges],
        "subscriptions": [SubscriptionLine.of(subscription) for subscription in subscriptions],
        "newest": NEWEST,
    }
    return render_console(request, member, "customer", context)
