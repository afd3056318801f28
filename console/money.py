"""What an organisation is owed and was paid, in the figures of the pages of payouts and statements."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.statements.reading import list_open_months, list_statements
from checkout.payout_list import PayoutsPage
from checkout.statements import describe
from console.looks import render_console
from console.page_access import Member, for_console
from core.errors import InvalidField
from core.instants import check_past
from core.local_formats import write_money
from core.money import Money
from customers.models import Role
from ledger.as_of import read_seller_balance_as_of
from ledger.balances import list_seller_currencies

STATEMENTS = 6
AS_OF = "as_of"


class AsOfForm(forms.Form):
    """The instant, in the reader's time zone, as of which balances are asked for."""

    as_of = forms.DateTimeField()

    def clean_as_of(self) -> datetime:
        """Return the instant. Raises ValidationError for one that is still to come."""
        try:
            return check_past(self.cleaned_data[AS_OF])
        except InvalidField as error:
            raise forms.ValidationError(f"The time {error}.") from error


@for_console(Role.BILLING)
@require_safe
def money_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show balances, payouts and statements; they are of real money, whichever mode is shown."""
    organization_id = member.organization.pk
    form = AsOfForm(request.GET if AS_OF in request.GET else None)
    at = form.cleaned_data[AS_OF] if form.is_valid() else None
    context: dict[str, Any] = {
        "money": PayoutsPage.of(organization_id),
        "statements": [describe(each) for each in list_statements(organization_id).statements[:STATEMENTS]],
        "running": next(iter(list_open_months(organization_id)), None),
        "as_of": form,
        "past": at and list_past_balances(organization_id, at),
        "past_at": at,
    }
    return render_console(request, member, "money", context)


def list_past_balances(organization_id: int, at: datetime) -> list[str]:
    """Return what an organisation was owed as of an instant, an amount for each currency."""
    return [
        write_money(
            Money(read_seller_balance_as_of(organization_id=organization_id, currency=code, at=at), code)
        )
        for code in list_seller_currencies(organization_id)
    ]
