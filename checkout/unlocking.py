"""Open a locked log-in by a mailed link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access.known_devices import make_known
from access.unlock_links import VALID_FOR, find_user_of_link, request_unlock_link, use_unlock_link
from access.user_names import find_user_name
from checkout.headers import protected

MINUTES = VALID_FOR.seconds // 60


@protected
@require_POST
def mail_link(request: HttpRequest) -> HttpResponse:
    """Have the link mailed and answer alike for each name."""
    request_unlock_link(name=find_user_name(request.POST.get("username", "")))
    return render(request, "checkout/unlock_mailed.html", {"minutes": MINUTES})


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def open_page(request: HttpRequest) -> HttpResponse:
    """Show what the link does, and do it when the button is pressed: programs that check mails open links."""
    token = request.GET.get("token", "")  # In the query, which no log of ours has.
    if request.method != "POST":
        found = find_user_of_link(token)
    elif found := use_unlock_link(token):
        response = redirect("login")
        make_known(request, response, user=found)
        return response
    context = {"user_of_link": found, "minutes": MINUTES}
    return render(request, "checkout/open_log_in.html", context, status=200 if found else 410)
