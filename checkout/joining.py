"""Accepting an invitation: a new log-in is made, or an existing one gets its role."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.errors import InvitedElsewhere
from access.joining import accept_invitation, accept_more_roles, find_invited
from access.known_devices import make_known
from access.member_invitations import find_invitation
from access.models import ConsoleInvitation
from access.open_sessions import note_device
from access.row_tokens import TO_BILLING
from checkout.error_pages import refuse_log_in
from checkout.headers import protected
from checkout.lookup import find_account
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core.errors import BillingError
from customers.errors import AddressTaken, InvitationNotFound, MemberNotFound, TooManyFailures
from customers.models import Account


@sensitive_post_parameters()
@protected
@require_http_methods(["GET", "HEAD", "POST"])
def accept_page(request: HttpRequest) -> HttpResponseBase:
    """Show who invites, and let the invited address join when the button is pressed."""
    token = request.GET.get("token", "")
    try:
        invitation = find_invitation(token, purpose=TO_BILLING)
        member = find_invited(invitation)
        if member is not None:
            return _give_role(request, token, invitation, member)
        return _join(request, token, invitation)
    except TooManyFailures as refusal:
        return refuse_log_in(request, refusal)
    except (AddressTaken, MemberNotFound):  # Somebody was faster.
        return _refuse(request, InvitedElsewhere())
    except (InvitationNotFound, InvitedElsewhere) as refusal:
        return _refuse(request, refusal)


def _give_role(
    request: HttpRequest, token: str, invitation: ConsoleInvitation, member: Account
) -> HttpResponseBase:
    """Give the role to a colleague who has logged in. Raises what the service does."""
    account = find_account(request.user)
    if account is None:
        return SeeOther(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    if account.pk != member.pk:
        raise InvitedElsewhere
    if request.method != "POST":
        return render(request, "checkout/join.html", {"invitation": invitation, "form": None})
    accept_more_roles(token, purpose=TO_BILLING, account=account)
    return SeeOther(reverse("account"))


def _join(request: HttpRequest, token: str, invitation: ConsoleInvitation) -> HttpResponseBase:
    """Make a log-in with the password of the form. Raises what the service does."""
    form: Any = SetPasswordForm(User(username=invitation.email, email=invitation.email), request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return render(request, "checkout/join.html", {"invitation": invitation, "form": form}, status=status)
    member = accept_invitation(token, purpose=TO_BILLING, password=form.cleaned_data["new_password1"])
    login(request, member.user)
    note_device(request)
    answer = SeeOther(reverse("account"))
    make_known(request, answer, user=member.user)
    return answer


def _refuse(request: HttpRequest, refusal: BillingError) -> HttpResponse:
    context = {"refusal": describe_refusal(refusal)}
    return render(request, "checkout/cannot_join.html", context, status=HTTPStatus.GONE)
