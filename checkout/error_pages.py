"""Pages for requests that no view answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from checkout.durations import describe_wait
from checkout.headers import protected
from customers.errors import TooManyFailures


@protected
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: not understood."""
    return HttpResponse(render_to_string("400.html", request=request), status=400)


@protected
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not allowed."""
    return HttpResponse(render_to_string("403.html", request=request), status=403)


@protected
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here."""
    return HttpResponse(render_to_string("404.html", request=request), status=404)


@protected
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; needs neither a database nor a session."""
    return HttpResponse(render_to_string("500.html", request=request), status=500)


@protected
def refuse_foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that did not come from our own page, or came without its cookie."""
    return HttpResponse(render_to_string("403_csrf.html", request=request), status=403)


@protected
def refuse_log_in(request: HttpRequest, refusal: TooManyFailures) -> HttpResponse:
    """429: too many wrong passwords; says how long to wait and, of a locked name, offers a mailed link."""
    context = {
        "refusal": refusal,
        "wait": describe_wait(refusal.retry_after),
        "name": request.POST.get("username", ""),
    }
    answer = render(request, "checkout/locked_out.html", context, status=429)
    answer["Retry-After"] = str(refusal.retry_after)
    return answer
