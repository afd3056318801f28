"""The list of what an organisation asked buyers for, as a page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.exports.cells import write_instant
from charges.models import Charge, ChargeKind, ChargeStatus
from console.lists.answer import answer_list
from console.lists.filters import Field, make_choice, make_days, read_choice
from console.lists.sheet import Sheet
from console.lookup import read_chosen_application
from console.page_access import Member, for_console
from core.local_formats import write_money
from customers.models import Role

# How a state looks: what is well, what is not, and what is under way.
LOOKS = {ChargeStatus.SUCCESS: "good", ChargeStatus.FAILED: "bad", ChargeStatus.DECLINED: "plain"}


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One charge as the list shows it."""

    charge: Charge
    total: str
    look: str

    @classmethod
    def of(cls, charge: Charge) -> Self:
        """Return the line of a charge whose buyer and application were read along."""
        return cls(charge, write_money(charge.total), LOOKS.get(ChargeStatus(charge.status), ""))


def find_sold(member: Member) -> QuerySet[Charge]:
    """Return what the organisation asked buyers for, in both modes, with who they are."""
    asked = Charge.objects.filter(payee=member.organization, kind=ChargeKind.CHARGE, customer=None)
    return asked.select_related("buyer", "buyer_account", "order_application")


class ChargeSheet(Sheet):
    """Charges of the organisation, the newest first."""

    name = "charges"
    template = "charges"
    columns = (
        *("created_at", "id", "status", "name", "currency", "total", "commission"),
        *("buyer", "buyer_organization_id", "buyer_email", "application", "client_id"),
        *("subscription_period", "collected_at", "failure_code", "failure_message"),
    )

    def list_fields(self) -> list[Field]:
        """Return the fields above the list."""
        status = make_choice(self.query, "status", "Status", ChargeStatus.choices)
        return [status, self.make_application_field(), *make_days(self.query)]

    def find(self) -> tuple[QuerySet[Charge], Q]:
        """Return the rows and what narrows them. Raises InvalidField, ConsolePageNotFound."""
        narrow, application = Q(), read_chosen_application(self.query, self.member)
        if status := read_choice(self.fields[0]):
            narrow &= Q(status=status)
        if application is not None:
            narrow &= Q(order_application=application)
        shown = find_sold(self.member).filter(test=not self.member.livemode)
        return self.within_days(shown), narrow

    def describe(self, rows: list[Any]) -> list[ChargeLine]:
        """Return the lines of a page."""
        return [ChargeLine.of(charge) for charge in rows]

    def write(self, line: ChargeLine) -> Sequence[Any]:
        """Return the cells of a charge."""
        charge = line.charge
        buyer, account, app = charge.buyer, charge.buyer_account, charge.order_application
        return [
            write_instant(charge.created_at),
            str(charge.public_id),
            charge.status,
            charge.name,
            charge.currency,
            charge.total.units,
            charge.commission.units,
            *((buyer.name, str(buyer.public_id)) if buyer else ("", "")),
            account.email if account else "",
            *((app.name, app.client_id) if app else ("", "")),
            "" if charge.period is None else charge.period,
            write_instant(charge.finished_at) if charge.status == ChargeStatus.SUCCESS else "",
            charge.failure_code,
            charge.failure_message,
        ]


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def charges_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the charges of the organisation."""
    return answer_list(request, member, ChargeSheet(member, request.GET))
