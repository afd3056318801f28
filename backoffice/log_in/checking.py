"""The page that asks for the second factor: a code, or a passkey."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from access.errors import CodeIsWrong, PasskeyRefused
from access.second_factors.factors import check_code, list_factors
from access.second_factors.passkeys import ask_for_known, can_have_passkeys, check_passkey
from backoffice.audit import note_act
from backoffice.log_in.second_factor import go_on, note_checked
from core.client_address import read_client_address
from core.errors import BillingError
from customers.errors import TooManyFailures

ASKED = "passkey_asked"  # What the session keeps until the browser answers.


class CodeForm(forms.Form):
    """A code of the app, or one of those on paper."""

    code = forms.CharField(
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
        help_text="Six digits of your authenticator app, or one of your recovery codes.",
    )
    answer = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)


def ask_for_factor(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for the second factor, or look at what was given and go on to the page that was wanted."""
    user, form = cast(User, request.user), CodeForm(request.POST or None)
    refusal: BillingError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            by = _check(request, user, form)
        except (CodeIsWrong, PasskeyRefused, TooManyFailures) as error:
            refusal = error
            if isinstance(error, CodeIsWrong):  # Of which there are few: they are counted.
                note_act(user, user, f"wrong code, given from {read_client_address(request)}")
        else:
            note_checked(request)
            note_act(user, user, f"second factor given: {by}")
            return go_on(request, otherwise="admin:index")
    return _show(request, user, context | {"refusal": refusal, "form": CodeForm()})


def _check(request: HttpRequest, user: User, form: CodeForm) -> str:
    """Say by what somebody has proved it. Raises CodeIsWrong, PasskeyRefused, TooManyFailures."""
    if answer := form.cleaned_data["answer"]:
        asked = request.session.pop(ASKED, None)
        return f"passkey {check_passkey(user, state=asked or {}, answer=answer)}"
    return check_code(user, form.cleaned_data["code"], address=read_client_address(request))


def _show(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    factors, options = list_factors(user), None
    if factors.passkeys and can_have_passkeys():
        options, request.session[ASKED] = ask_for_known(user)
    said = {"title": "Your second factor", "factors": factors, "passkey": options, "does": "get"}
    status = 429 if isinstance(context["refusal"], TooManyFailures) else 200
    return TemplateResponse(request, "admin/log_in/second_factor.html", context | said, status=status)
