"""What an organisation is owed and was paid, in the figures of the pages of payouts and statements."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bookkeeping.statements.reading import list_statements
from checkout.payout_list import PayoutsPage
from checkout.statements import describe
from console.looks import render_console
from console.members import Member, for_console
from core import clock
from customers.models import Role

STATEMENTS = 6


@for_console(Role.BILLING)
@require_safe
def money_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show balances, payouts and statements; they are of real money, whichever mode is shown."""
    organization_id = member.organization.pk
    context: dict[str, Any] = {
        "money": PayoutsPage.of(organization_id),
        "statements": [describe(each) for each in list_statements(organization_id)[:STATEMENTS]],
        "running": clock.now(),
    }
    return render_console(request, member, "money", context)
