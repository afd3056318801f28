"""The form of a seller's app."""

from copy import deepcopy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from core.urls import read_https_origin
from customers.models import Application, Product


class OriginsField(SimpleArrayField):
    """One origin a line: scheme and host, no path."""

    def __init__(self) -> None:
        super().__init__(
            forms.CharField(max_length=255),
            delimiter="\n",
            required=False,
            widget=UnfoldAdminTextareaWidget({"rows": 3}),
            help_text="Where buyers may be sent back to: one origin a line, such as https://app.example.",
        )

    def clean(self, value: str) -> list[str]:
        """Return the origins as a browser writes them. Raises ValidationError."""
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        return [check_origin(line) for line in super().clean("\n".join(lines))]


def check_origin(text: str) -> str:
    """Return an origin in its canonical form. Raises ValidationError for anything else."""
    origin = read_https_origin(text)
    if origin is None:
        raise forms.ValidationError(f"{text!r} is not an https origin such as https://app.example.")
    return origin


def leave_out_choice(field: forms.MultipleChoiceField, value: str) -> forms.MultipleChoiceField:
    """Return a field like this one that does not offer the value; the field itself is of all forms."""
    narrowed, choices = deepcopy(field), dict(field.choices)  # type: ignore[arg-type]
    narrowed.choices = [(name, label) for name, label in choices.items() if name != value]
    return narrowed


class ApplicationForm(forms.ModelForm):
    """What the operator decides about an app; its secret is made here and never shown again."""

    products = forms.MultipleChoiceField(
        choices=Product.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget, required=False
    )
    allowed_scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {text}") for scope, text in settings.OAUTH2_PROVIDER["SCOPES"].items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
        help_text="billing_admin acts for every application: for those of the operator's organisation only.",
    )
    return_origins = OriginsField()
    new_secret = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        label="Make a new client secret",
        help_text="The old one stops working at once; the new one is shown once, after saving.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Who may only look has no fields to fill in.
        if "name" in self.fields:
            self.fields["name"].required = True  # Buyers read it before they pay.

    class Meta:
        model = Application
        fields = (
            "name",
            "organization",
            "author_email",
            "products",
            "commission_percent",
            "allowed_scopes",
            "first_party",
            "return_origins",
            "redirect_uris",
            "starts_when_accepted",
            "remembers_trials",
            "allows_second",
            "seller_of_record",
            "prices_exclude_tax",
            "requires_pkce",
            "is_active",
        )
