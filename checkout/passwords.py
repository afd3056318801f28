"""Changing one's password while logged in."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.known_devices import find_known_device
from access.own_passwords import change_password, check_own_password
from checkout.error_pages import refuse_log_in
from checkout.own_account import for_account
from checkout.see_other import SeeOther
from core.client_address import read_client_address
from customers.errors import NotAuthenticated, TooManyFailures
from customers.models import Account


class ChangePasswordForm(SetPasswordForm):
    """The old password, and the new one twice."""

    old_password = forms.CharField(
        label=_("Password until now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old_password", "new_password1", "new_password2")


@sensitive_post_parameters()
@for_account
@require_http_methods(["GET", "HEAD", "POST"])
def password_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Take a new password; tokens of apps and all other sessions end with the old one."""
    form: Any = ChangePasswordForm(account.user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, account, form)
    try:
        _check_old(request, account, form.cleaned_data["old_password"])
    except NotAuthenticated:
        form.add_error("old_password", gettext("This is not your password."))
        return _show(request, account, form)
    except TooManyFailures as refusal:
        return refuse_log_in(request, refusal)
    change_password(account.user, password=form.cleaned_data["new_password1"])
    update_session_auth_hash(request, account.user)
    return SeeOther(f"{reverse('devices')}?changed=yes")


def _check_old(request: HttpRequest, account: Account, password: str) -> None:
    check_own_password(
        account.user,
        password,
        address=read_client_address(request),
        known_as=find_known_device(request, name=account.user.username),
    )


def _show(request: HttpRequest, account: Account, form: forms.Form) -> HttpResponseBase:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "checkout/password.html", {"account": account, "form": form}, status=status)
