"""The mails that this machine would have sent, for whoever tries the server on a machine of their own."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checkout.headers import protected
from core.client_address import is_on_this_machine
from mail.mailbox import KeptMail, find_kept_mail, list_kept_mails

# The HTML of a mail runs nothing, loads nothing and leads nowhere inside the frame.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


@protected
@require_safe
def mailbox_page(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first."""
    _require_own_machine(request)
    return render(request, "checkout/mailbox.html", {"mails": list_kept_mails()})


@protected
@require_safe
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the words of a mail, as programs without HTML show it."""
    kept = _find(request, name)
    context = {"mail": kept, "text": kept.read_part("plain"), "has_html": bool(kept.read_part("html"))}
    return render(request, "checkout/mailbox_mail.html", context)


@require_safe
def mail_as_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show a mail as most programs show it."""
    answer = HttpResponse(_find(request, name).read_part("html"))
    answer["Content-Security-Policy"] = ALONE
    answer["Cache-Control"] = "no-store"
    return answer


def _find(request: HttpRequest, name: str) -> KeptMail:
    _require_own_machine(request)
    kept = find_kept_mail(name)
    if kept is None:
        raise Http404
    return kept


def _require_own_machine(request: HttpRequest) -> None:
    """Let in programs on this machine alone, where its pages are for them alone. Raises Http404."""
    if not (settings.HAS_MAILBOX and is_on_this_machine(request)):
        raise Http404
