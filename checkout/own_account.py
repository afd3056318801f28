"""Pages for whoever has an account, with the billing role or without."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from checkout.denied_pages import show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protected
from checkout.log_in_first import log_in_first
from checkout.lookup import find_account

View = Callable[..., HttpResponseBase]


def for_account(view: View) -> View:
    """Give a view the account of its reader; forms come from our own pages."""

    @protected
    @log_in_first
    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        account = find_account(request.user)
        if account is None:
            return show_unknown(request)
        if request.method == "POST" and not is_own_submission(request):
            return refuse_foreign_form(request)
        return view(request, account, **parts)

    return guarded
