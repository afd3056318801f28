"""The time of each request to a page: that of its reader, if the reader is a test buyer."""

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from billing_site.languages import is_english
from checkout.lookup import find_account
from customers.models import TestBuyer
from testmode.clocks import stand_on_clock
from testmode.tasks import hint_clock

View = Callable[[HttpRequest], HttpResponseBase]
# Limits, links and tokens concern others, too, so their time is everybody's: a test buyer's can be moved.
ACCESS = re.compile("/(login|logout|join|oauth|console|account/(password|devices|apps|members|invitations))/")


def keep_own_time(get_response: View) -> View:
    """Answer somebody who is logged in as a test buyer by the clock of the test buyer, but for access."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_everybodys = is_english(request) or ACCESS.match(request.path_info)
        buyer = None if is_everybodys else _find_test_buyer(request)
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
