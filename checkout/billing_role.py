"""Pages for accounts with the billing role: what they may not see is unknown to them."""

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bookkeeping.errors import StatementNotFound
from checkout.denied_pages import ask_a_colleague, show_unknown
from checkout.own_account import View, for_account
from customers.errors import CardEntryNotFound, MemberNotFound, PaymentOptionNotFound
from customers.models import Account
from invoicing.errors import PaperNotFound

UNKNOWN = (CardEntryNotFound, MemberNotFound, PaperNotFound, PaymentOptionNotFound, StatementNotFound)


def for_billing_role(view: View) -> View:
    """Give a view the account of its reader, who has the billing role; forms come from our own pages."""

    @for_account
    @wraps(view)
    def guarded(request: HttpRequest, account: Account, **parts: Any) -> HttpResponseBase:
        if not account.has_billing_role:
            return ask_a_colleague(request, account)
        try:
            return view(request, account, **parts)
        except UNKNOWN:
            return show_unknown(request)

    return guarded
