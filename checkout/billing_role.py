"""Pages for accounts with the billing role: what they may not see is unknown to them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bookkeeping.errors import StatementNotFound
from checkout.denied_pages import ask_a_colleague, show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protected
from checkout.lookup import find_account
from customers.errors import CardEntryNotFound, PaymentOptionNotFound
from invoicing.errors import PaperNotFound

View = Callable[..., HttpResponseBase]
UNKNOWN = (CardEntryNotFound, PaperNotFound, PaymentOptionNotFound, StatementNotFound)


def for_billing_role(view: View) -> View:
    """Give a view the account of its reader, who has the billing role; forms come from our own pages."""

    @protected
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        account = find_account(request.user)
        if account is None:
            return show_unknown(request)
        if not account.has_billing_role:
            return ask_a_colleague(request, account)
        if request.method == "POST" and not is_own_submission(request):
            return refuse_foreign_form(request)
        try:
            return view(request, account, **parts)
        except UNKNOWN:
            return show_unknown(request)

    return guarded
