"""The time of each request to a page: that of its reader, if the reader is a test buyer."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from billing_site.languages import is_english
from checkout.lookup import find_account
from customers.models import TestBuyer
from testmode.clocks import stand_on_clock
from testmode.tasks import hint_clock

View = Callable[[HttpRequest], HttpResponseBase]


def keep_own_time(get_response: View) -> View:
    """Answer somebody who is logged in as a test buyer by the clock of the test buyer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        buyer = None if is_english(request) else _find_test_buyer(request)
        if buyer is None:
            return get_response(request)
        with stand_on_clock(buyer):
            response = get_response(request)
        if request.method == "POST":
            hint_clock(buyer.pk)
        return response

    return middleware


def _find_test_buyer(request: HttpRequest) -> TestBuyer | None:
    """Return the test buyer of the session, which came along with the user."""
    account = find_account(request.user)
    return None if account is None else getattr(account.organization, "test_buyer", None)
