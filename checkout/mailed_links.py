"""Logging in by a mailed link, and setting a new password by one."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.known_devices import make_known
from access.log_in_links import (
    VALID_FOR,
    Link,
    Purpose,
    find_link,
    request_link,
    use_log_in_link,
    use_reset_link,
)
from access.open_sessions import note_device
from access.user_names import find_user_name
from checkout.durations import describe_wait
from checkout.headers import protected
from checkout.see_other import SeeOther
from core.client_address import read_client_address
from customers.errors import TooManyFailures


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def ask_page(request: HttpRequest, purpose: Purpose) -> HttpResponseBase:
    """Ask for the e-mail, then have a link mailed and answer alike for each name."""
    said = {"purpose": purpose, "minutes": VALID_FOR[purpose].seconds // 60}
    if request.method != "POST":
        context = said | {"next": request.GET.get("next", ""), "name": request.GET.get("username", "")}
        return render(request, "checkout/ask_for_link.html", context)
    name = find_user_name(request.POST.get("username", "").replace("\0", "").strip())
    try:
        request_link(
            purpose, name=name, address=read_client_address(request), next_path=request.POST.get("next", "")
        )
    except TooManyFailures as refusal:
        answer = render(
            request,
            "checkout/too_many_links.html",
            {"wait": describe_wait(refusal.retry_after)},
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
        answer["Retry-After"] = str(refusal.retry_after)
        return answer
    return render(request, "checkout/link_mailed.html", said)


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def log_in_page(request: HttpRequest) -> HttpResponseBase:
    """Show what the link does, and do it when the button is pressed: programs that check mails open links."""
    token = request.GET.get("token", "")  # In the query, which no log of ours has.
    link = use_log_in_link(token) if request.method == "POST" else find_link(Purpose.LOG_IN, token)
    if link is None:
        return _show_ended(request, Purpose.LOG_IN)
    if request.method == "POST":
        return _log_in(request, link)
    return render(request, "checkout/log_in_by_link.html", {"link": link})


@sensitive_post_parameters()
@protected
@require_http_methods(["GET", "HEAD", "POST"])
def reset_page(request: HttpRequest) -> HttpResponseBase:
    """Take a new password from who has the link, and log them in."""
    token = request.GET.get("token", "")
    link = find_link(Purpose.RESET, token)
    if link is None:
        return _show_ended(request, Purpose.RESET)
    form: Any = SetPasswordForm(link.user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return render(request, "checkout/reset_password.html", {"link": link, "form": form}, status=status)
    used = use_reset_link(token, password=form.cleaned_data["new_password1"])
    return _log_in(request, used) if used else _show_ended(request, Purpose.RESET)


def _log_in(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Log the owner of a link in, as after a password, and lead to where they were about to go."""
    login(request, link.user)
    note_device(request)
    is_ours = link.next_path.startswith("/") and url_has_allowed_host_and_scheme(
        link.next_path, allowed_hosts=None
    )
    target = iri_to_uri(link.next_path) if is_ours else reverse("account")
    if target.startswith(reverse("oauth2_provider:authorize")):  # As in sign_in_views.LogIn.
        answer: HttpResponse = render(request, "checkout/go_on.html", {"target": target})
    else:
        answer = SeeOther(target)
    make_known(request, answer, user=link.user)
    return answer


def _show_ended(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    context = {"purpose": purpose, "minutes": VALID_FOR[purpose].seconds // 60}
    return render(request, "checkout/link_ended.html", context, status=HTTPStatus.GONE)
