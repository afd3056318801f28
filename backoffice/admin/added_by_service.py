"""Pages on which staff add a row by a service: what will happen, what it takes, and once."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from backoffice.admin.base import ReadOnlyAdmin
from core.errors import BillingError, InvalidField


class AddPage(NamedTuple):
    """What the page is called, and how its button looks."""

    title: str
    variant: str = "primary"


class AddedByService(ReadOnlyAdmin):
    """A list whose rows come about by one service. A subclass has the form, the words and the service."""

    grants = ("view", "add")
    add_page: ClassVar[AddPage]
    service_form: ClassVar[type[forms.Form]]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may add one."""
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")

    def explain(self) -> Sequence[str]:
        """Say what will happen, in sentences."""
        raise NotImplementedError

    def add_by_service(self, said: dict[str, Any], *, user: User) -> Model:
        """Call the service with what the form says. Raises BillingError."""
        raise NotImplementedError

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form, or add the row and go to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = self.service_form(request.POST if is_sent else None, request.FILES if is_sent else None)
        row = self._add(request, form) if form.is_valid() else None
        if row is not None:
            return redirect(self._address("change", row.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.add_page.title,
            "act": self.add_page,
            "button": self.add_page.title,
            "form": form,
            "explanation": self.explain(),
            "back": self._address("changelist"),
        }
        return TemplateResponse(request, "admin/act.html", context)

    def _add(self, request: HttpRequest, form: forms.Form) -> Model | None:
        """Call the service and write Django's log with it; a refusal is told on the form."""
        try:
            with transaction.atomic():
                row = self.add_by_service(dict(form.cleaned_data), user=request.user)  # type: ignore[arg-type]
                self.log_addition(request, row, self.add_page.title)
        except BillingError as refusal:
            field = getattr(refusal, "field", None)
            words = f"It {refusal}." if isinstance(refusal, InvalidField) else str(refusal)
            form.add_error(field if field in form.fields else None, words)
            return None
        return row

    def _address(self, page: str, *arguments: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)
