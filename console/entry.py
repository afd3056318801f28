"""Pages for people who are not logged in yet: sign up, confirm an address, accept an invitation."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from access.joining import accept_invitation
from access.member_invitations import find_invitation
from access.models import SignUp, SignUpStatus
from access.sign_ups import APPROVAL, ask_to_sign_up, confirm_sign_up, find_sign_up, require_sign_up
from checkout.durations import describe_wait
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission
from checkout.see_other import SeeOther
from console.forms import ConfirmForm, ConsoleForm, InvitedSellerForm, JoinForm, SignUpForm
from console.page_access import console_page
from core.client_address import read_client_address
from core.errors import BillingError, InvalidField
from customers.errors import (
    AddressTaken,
    InvitationNotFound,
    NotAuthenticated,
    SignUpClosed,
    SignUpNotFound,
    TooManyFailures,
)

SIGNED_UP = "console_sign_up"  # Of the session: the sign-up that this browser asked for.
GET_AND_POST = ["GET", "HEAD", "POST"]


def entry_page(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give a view that needs no log-in the console's headers and words for what ends it."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and not is_own_submission(request):
            return refuse_foreign_form(request)
        try:
            return view(request)
        except BillingError as refusal:
            return _explain(request, refusal)

    return console_page(guarded)


@entry_page
@require_http_methods(GET_AND_POST)
def sign_up_page(request: HttpRequest) -> HttpResponseBase:
    """Take a sign-up, and answer alike whether the address has an account or not."""
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sign_up = ask_to_sign_up(**form.cleaned_data, address=read_client_address(request))
        except InvalidField as refusal:
            form.refuse(refusal)
        else:
            request.session[SIGNED_UP] = str(sign_up.public_id)
            return SeeOther(reverse("console_sign_up_sent"))
    require_sign_up()
    context = {"form": form, "needs_approval": settings.SELLER_SIGN_UP == APPROVAL}
    return render(request, "console/sign_up.html", context, status=400 if form.errors else 200)


@entry_page
@require_safe
def sent_page(request: HttpRequest) -> HttpResponseBase:
    """Say that a mail is on its way."""
    return _say(
        request,
        "Look into your mailbox",
        "We sent you a link to confirm your address. It works once, within 24 hours.",
        "Nothing there after some minutes? Look among the spam, or sign up once more.",
        target=reverse("mailbox") if settings.HAS_MAILBOX else "",
        button="Open the mailbox",
    )


@entry_page
@require_http_methods(GET_AND_POST)
def confirm_page(request: HttpRequest) -> HttpResponseBase:
    """Show what a mailed link confirms, and do it when the button is pressed: programs open links, too."""
    token = request.GET.get("token", "")
    sign_up = find_sign_up(token)
    if sign_up.status != SignUpStatus.MAILED:
        return _show_outcome(request, sign_up)
    is_same = request.session.get(SIGNED_UP) == str(sign_up.public_id)
    form = None if is_same else ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            confirmed = confirm_sign_up(
                token,
                password=form.cleaned_data["password"] if form else "",
                address=read_client_address(request),
                is_same_browser=is_same,
            )
            return _show_outcome(request, confirmed)
        except NotAuthenticated:
            assert form is not None
            form.add_error("password", "It is not the password that was chosen.")
    context = {"sign_up": sign_up, "form": form}
    return render(request, "console/confirm.html", context, status=400 if form and form.errors else 200)


@entry_page
@require_http_methods(GET_AND_POST)
def invitation_page(request: HttpRequest) -> HttpResponseBase:
    """Show who invites, and let the invited person in with a password of its own."""
    token = request.GET.get("token", "")
    invitation = find_invitation(token)
    wanted: type[ConsoleForm] = JoinForm if invitation.organization else InvitedSellerForm
    form = wanted(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            accept_invitation(token, **form.cleaned_data)
            return SeeOther(_log_in_address())
        except InvalidField as refusal:
            form.refuse(refusal)
    context = {"invitation": invitation, "form": form}
    return render(request, "console/invitation.html", context, status=400 if form.errors else 200)


def _show_outcome(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    if sign_up.status == SignUpStatus.DONE:
        return _say(
            request,
            "You are in",
            "Your address is confirmed. Log in and make your first app.",
            target=_log_in_address(),
        )
    return _say(
        request,
        "We look at your sign-up",
        "Your address is confirmed. The marketplace looks at each sign-up and mails you its answer.",
    )


def _explain(request: HttpRequest, refusal: BillingError) -> HttpResponse:
    """Say in words why a page cannot go on."""
    if isinstance(refusal, TooManyFailures):
        wait = f"Try again in {describe_wait(refusal.retry_after)}."
        answer = _say(request, "Too many tries", wait, status=429)
        answer["Retry-After"] = str(refusal.retry_after)
        return answer
    if isinstance(refusal, AddressTaken):
        words = "There is an account with this address already: log in with it, or use another address."
        return _say(request, "You have an account", words, status=409, target=_log_in_address())
    if isinstance(refusal, SignUpClosed):
        return _say(request, "By invitation", str(refusal), status=403)
    if isinstance(refusal, SignUpNotFound | InvitationNotFound):
        words = "It works once and for some time only. Ask for a new one."
        return _say(request, "This link has ended", words, status=410)
    return _say(request, "This could not be done", str(refusal), status=409)


def _log_in_address() -> str:
    return f"{reverse('login')}?next={reverse('console')}"


def _say(
    request: HttpRequest,
    heading: str,
    *sentences: str,
    status: int = 200,
    target: str = "",
    button: str = "Log in",
) -> HttpResponse:
    context = {"heading": heading, "sentences": sentences, "target": target, "button": button}
    return render(request, "console/said.html", context, status=status)
