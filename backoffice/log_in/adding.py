"""Pages on which staff add their own second factors."""

import base64
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from access.errors import CodeIsWrong, PasskeyRefused
from access.models import LONGEST_NAME
from access.second_factors import codes
from access.second_factors.factors import (
    add_app,
    give_first_codes,
    has_factor,
    open_secret,
    seal_secret,
)
from access.second_factors.passkeys import add_passkey, ask_for_new, can_have_passkeys
from backoffice.audit import note_act
from backoffice.log_in.second_factor import ask_again, go_on, note_added
from core.errors import InvalidField

SECRET, ASKED = "new_app_secret", "new_passkey_asked"
QR_SIZE = 220


class AppForm(forms.Form):
    """The first code of the app."""

    code = forms.CharField(
        label="Code",
        max_length=10,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text="The six digits that the app shows now.",
    )


class PasskeyForm(forms.Form):
    """What the key is called, and what the browser has answered."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="By which you know it again, such as: blue key, laptop.",
    )
    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


def show_app(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the secret of a new app, or add it by its first code."""
    user = cast(User, request.user)
    if has_factor(user.pk) and (way := ask_again(request)):
        return way
    form = AppForm(request.POST if request.method == "POST" and SECRET in request.session else None)
    if form.is_valid():
        try:
            _add_app(request, user, form.cleaned_data["code"])
            return _finish(request, user, context)
        except CodeIsWrong as refusal:
            form.add_error("code", str(refusal))
    sealed = request.session.setdefault(SECRET, seal_secret(codes.make_secret()))
    secret = open_secret(sealed)
    issuer = settings.BRAND.own_name or "Marketplace billing"
    address = codes.write_address(secret, name=user.get_username(), issuer=issuer)
    said = {"title": "Add an authenticator app", "form": form, "picture": _draw(address)}
    said["secret"] = codes.write_secret(secret)
    return TemplateResponse(request, "admin/log_in/add_app.html", context | said)


def show_passkey(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask the browser for a new passkey, or add the one that it has made."""
    user = cast(User, request.user)
    if has_factor(user.pk) and (way := ask_again(request)):
        return way
    if not can_have_passkeys():
        messages.error(request, "Browsers make passkeys for a host name only, and this address has none.")
        return redirect("admin:own_log_in")
    form, refusal = PasskeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            _add_passkey(request, user, form.cleaned_data)
            return _finish(request, user, context)
        except (PasskeyRefused, InvalidField) as error:
            refusal = error
    options, request.session[ASKED] = ask_for_new(user)
    said = {"title": "Add a passkey", "form": PasskeyForm(), "refusal": refusal, "passkey": options}
    return TemplateResponse(request, "admin/log_in/add_passkey.html", context | said | {"does": "create"})


def show_codes(request: HttpRequest, codes: list[str], context: dict[str, Any]) -> HttpResponse:
    """Show new recovery codes, which nobody can show again."""
    way = go_on(request, otherwise="admin:own_log_in").url
    said = {"title": "Your recovery codes", "codes": codes, "way": way}
    return TemplateResponse(request, "admin/log_in/codes.html", context | said)


def _add_app(request: HttpRequest, user: User, code: str) -> None:
    with transaction.atomic():
        add_app(user, sealed=request.session[SECRET], code=code)
        note_act(user, user, "second factor added: authenticator app")
    del request.session[SECRET]


def _add_passkey(request: HttpRequest, user: User, said: dict[str, str]) -> None:
    asked = request.session.pop(ASKED, None) or {}
    with transaction.atomic():
        key = add_passkey(user, name=said["name"], state=asked, answer=said["answer"])
        note_act(user, user, f"second factor added: passkey {key}")


def _finish(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """Go on with the new second factor; the first one brings recovery codes."""
    note_added(request)
    if new := give_first_codes(user):
        return show_codes(request, new, context)
    messages.success(request, "The second factor is added.")
    return go_on(request, otherwise="admin:own_log_in")


def _draw(address: str) -> str:
    """Return a QR code as an address that an image shows."""
    # Here, so that pages load without reportlab.
    from reportlab.graphics.barcode import createBarcodeDrawing

    drawing = createBarcodeDrawing("QR", value=address, width=QR_SIZE, height=QR_SIZE, barBorder=4)
    picture = drawing.asString("svg")
    content = picture.encode() if isinstance(picture, str) else picture
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
