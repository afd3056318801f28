"""Acts of staff: pages that say what will happen, ask for a reason, call one service, and do it once."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.log_in.second_factor import ask_anew
from core.errors import BillingError, InvalidField
from core.texts import check_text
from testmode.clocks import stand_on_clock_of

MAX_ACTOR = 120
# The services put a word before it, and a history holds 255 characters.
MAX_REASON = 200


class ReasonForm(forms.Form):
    """Why somebody does this to the subject."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=UnfoldAdminTextInputWidget({"autofocus": True}),
        help_text="Stays in the history.",
    )

    def __init__(self, *args: Any, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject

    def clean_reason(self) -> str:
        """Return the reason as it is kept. Raises ValidationError."""
        try:
            return check_text("reason", self.cleaned_data["reason"], MAX_REASON)
        except InvalidField as refusal:
            raise forms.ValidationError(f"The reason {refusal}.") from None

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return {"reason": self.cleaned_data["reason"]}

    def describe(self) -> str:
        """Return what the log of the admin keeps."""
        return str(self.cleaned_data["reason"])

    def refuse(self, refusal: BillingError) -> None:
        """Tell a refusal of the service, at its field if it names one of the form."""
        if isinstance(refusal, InvalidField) and refusal.field in self.fields:
            self.add_error(refusal.field, f"It {refusal}.")
        else:
            self.add_error(None, str(refusal))


def fingerprint(form: ReasonForm) -> str:
    """Return what a form says in a short form, so that what is confirmed is what was shown."""
    said = sorted((name, str(value)) for name, value in form.list_arguments().items())
    return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do to a row: when it can be done, what it does in words, and the service.

    `done` may depend on what the service returns. An act with a `preview`, which is given what the service
    would be, first shows what exactly would happen. A service that wants the person, and
    not the name that histories have, is called `by_user`. What others outside have to be asked for is
    gathered before the transaction begins, and given to the service. One that moves money, or lets money
    move, `needs_factor`: whoever does it has given the second factor lately.
    """

    name: str
    title: str
    done: str | Callable[[Any], str]
    pointless: str
    applies: Callable[[Any], bool]
    explain: Callable[[Any], Sequence[str]]
    run: Callable[..., Any]
    form: type[ReasonForm] = ReasonForm
    variant: str = "primary"
    preview: Callable[..., Sequence[str]] | None = None
    by_user: bool = False
    gather: Callable[[Any], dict[str, Any]] | None = None
    needs_factor: bool = False


def button(
    act: Act, *, needs: str, path: str = "", variant: ActionVariant = ActionVariant.DEFAULT
) -> Callable[..., HttpResponse]:
    """Return the method of an admin that shows an act, as unfold's button on the page of a row.

    `needs` is the middle of the method that says who may, has_..._permission; `path` the end of the address,
    without which it is the name of the act.
    """

    def show(self: "ActPages", request: HttpRequest, object_id: str) -> HttpResponse:
        return self.show_act(request, object_id, act)

    show.__name__ = act.name  # By which a page tells what is pointless.
    shown: Callable[..., HttpResponse] = action(
        description=act.title,
        url_path=path or act.name.replace("_", "-"),
        permissions=[needs],
        variant=variant,
    )(show)
    return shown


class ActPages(ReadOnlyAdmin):
    """Buttons on a row's page, each for who has the permission, and the pages they lead to.

    A subclass has a `button` for each act, under its name.
    """

    acts: tuple[Act, ...] = ()

    def list_facts(self, subject: Any) -> list[str]:
        """Return what tells one subject from another, the most important first."""
        raise NotImplementedError

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer only what can be done to this row now."""
        allowed: list[Any] = super().get_actions_detail(request, object_id)
        subject = self.get_object(request, unquote(str(object_id))) if allowed else None
        if subject is None:
            return []
        pointless = {act.name for act in self.acts if not act.applies(subject)}
        return [each for each in allowed if each.method.original_function_name not in pointless]

    def show_act(self, request: HttpRequest, object_id: str, act: Act) -> HttpResponse:
        """Show the page of an act, or do it."""
        subject = self.get_object(request, unquote(object_id))
        if subject is None:
            raise Http404
        if not self.has_view_permission(request, subject):
            raise PermissionDenied
        if act.needs_factor and (way := ask_anew(request)):
            return way
        if not act.applies(subject):
            messages.error(request, act.pointless)
            return redirect(self._address_of(subject))
        form = act.form(request.POST if request.method == "POST" else None, subject=subject)
        if not form.is_valid():
            return self._render_act(request, subject, act, form)
        if act.preview is not None and request.POST.get("confirmed") != fingerprint(form):
            return self._render_preview(request, subject, act, form)
        if self._perform(request, subject, act, form):
            return redirect(self._address_of(subject))
        return self._render_act(request, subject, act, form)

    def _perform(self, request: HttpRequest, subject: Any, act: Act, form: ReasonForm) -> bool:
        """Do it, and say so; a refusal is told on the form."""
        try:
            result = self.carry_out(request, subject, act, form)
        except BillingError as refusal:
            form.refuse(refusal)
            return False
        messages.success(request, act.done if isinstance(act.done, str) else act.done(result))
        return True

    def carry_out(self, request: HttpRequest, subject: Any, act: Act, form: ReasonForm) -> Any:
        """Call the service, write Django's log with it, and return what the service returns.

        All acts come by here, on one row or on several. Raises BillingError.
        """
        actor = f"staff:{request.user.get_username()}"[:MAX_ACTOR]
        who = {"user": request.user} if act.by_user else {"actor": actor}
        gathered = act.gather(subject) if act.gather else {}
        with transaction.atomic():
            with stand_on_clock_of(subject):
                result = act.run(subject.pk, **who, **form.list_arguments(), **gathered)
            about = result if isinstance(result, self.model) else subject  # By the name that it has now.
            self.log_change(request, about, f"{act.title}: {form.describe()}")
        return result

    def _render_preview(
        self, request: HttpRequest, subject: Any, act: Act, form: ReasonForm
    ) -> TemplateResponse:
        """Show what exactly would happen, or why it would not."""
        try:
            said = act.preview(subject, **form.list_arguments()) if act.preview else ()
        except BillingError as refusal:
            form.refuse(refusal)
            return self._render_act(request, subject, act, form)
        return self._render_act(request, subject, act, form, explanation=said, confirmed=fingerprint(form))

    def _render_act(
        self,
        request: HttpRequest,
        subject: Any,
        act: Act,
        form: ReasonForm,
        *,
        explanation: Sequence[str] | None = None,
        confirmed: str = "",
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": subject,
            "title": act.title,
            "act": act,
            "form": form,
            "facts": self.list_facts(subject),
            "explanation": act.explain(subject) if explanation is None else explanation,
            "confirmed": confirmed,
            "button": "Go on" if act.preview and not confirmed else act.title,
            "back": self._address_of(subject),
        }
        return TemplateResponse(request, "admin/act.html", context)

    def _address_of(self, subject: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[subject.pk])
