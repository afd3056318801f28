"""No more mails of a kind: by the button of a mail program, or by that of a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from checkout.headers import protected
from mail.kinds import Kind
from mail.unsubscribing import is_unsubscribed, read_unsubscribe_token, resubscribe, unsubscribe


@csrf_exempt
@protected
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest) -> HttpResponse:
    """Show what the link stops, and stop it when the button is pressed: programs that check mails open links.

    Mail programs post to the link by themselves (RFC 8058), without cookies: the token is the permission.
    """
    wanted = read_unsubscribe_token(request.GET.get("token", ""))
    if wanted is not None and request.method == "POST":
        change = resubscribe if "again" in request.POST else unsubscribe
        change(wanted)
    context = {
        "address": wanted.address if wanted else "",
        "kind": str(Kind(wanted.kind).label) if wanted else "",
        "is_stopped": wanted is not None and is_unsubscribed(wanted),
    }
    return render(request, "checkout/unsubscribe.html", context, status=200 if wanted else 410)
