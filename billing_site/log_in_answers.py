"""Answer 429 to a log-in that the limits refused, whichever page it was sent to."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from checkout.error_pages import refuse_log_in

View = Callable[[HttpRequest], HttpResponseBase]


def answer_refused_log_ins(get_response: View) -> View:
    """Replace the page of a log-in form by that of its refusal."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        refusal = getattr(request, "log_in_refusal", None)
        return response if refusal is None else refuse_log_in(request, refusal)

    return middleware
