"""Pages for requests that no view answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from checkout.headers import protected


@protected
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: not understood."""
    return HttpResponse(render_to_string("400.html"), status=400)


@protected
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not allowed."""
    return HttpResponse(render_to_string("403.html"), status=403)


@protected
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here."""
    return HttpResponse(render_to_string("404.html"), status=404)


@protected
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; needs neither a database nor a session."""
    return HttpResponse(render_to_string("500.html"), status=500)


@protected
def refuse_foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that did not come from our own page, or came without its cookie."""
    return HttpResponse(render_to_string("403_csrf.html"), status=403)


@protected
def refuse_locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """429: too many wrong passwords."""
    return render(request, "checkout/locked_out.html", status=429)
