"""Forms of applications, their secrets and their webhook endpoints."""

from typing import Any

from django import forms

from access.applications import REVIEWED
from access.oauth.scopes import LEDGER_READ, PRODUCT_SCOPES
from access.oauth.settings import SCOPES
from console.forms import ConsoleForm
from core.urls import read_https_origin
from customers.models import BILLING_ADMIN, Application, Product, ReviewStatus
from events.types import EventType
from webhooks.endpoints import OFFERED_TYPES
from webhooks.models import Endpoint, Format
from webhooks.models.endpoints import MAX_DESCRIPTION, MAX_URL

MOST_LINES = 50
TYPE_NAMES = dict(EventType.choices)
OVERLAP_CHOICES = [
    ("day", "one day"),
    ("hour", "one hour"),
    ("week", "seven days"),
    ("month", "30 days"),
    ("none", "not at all: it stops at once"),
]


class LinesField(forms.CharField):
    """One thing a line, as a list."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})
        super().__init__(max_length=10_000, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        """Write a list line by line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the lines. Raises ValidationError for too many."""
        lines = super().clean(value).split()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"No more than {MOST_LINES} lines.")
        return lines


class OriginsField(LinesField):
    """One origin a line, as browsers write them."""

    def clean(self, value: Any) -> Any:
        """Return the origins. Raises ValidationError."""
        origins = []
        for line in super().clean(value):
            origin = read_https_origin(line)
            if origin is None:
                raise forms.ValidationError(f"{line} is not an https origin such as https://app.example.")
            origins.append(origin)
        return origins


class ApplicationForm(ConsoleForm):
    """What a seller says of an application; what is reviewed is left out where it cannot be changed."""

    name = forms.CharField(max_length=255, help_text="Buyers read it before they pay.")
    products = forms.MultipleChoiceField(
        choices=Product.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Product.LIVECHAT],
        help_text="What of the marketplace the app is for.",
    )
    allowed_scopes = forms.MultipleChoiceField(
        label="Scopes",
        choices=[(scope, f"{scope}: {words}") for scope, words in SCOPES.items() if scope != BILLING_ADMIN],
        widget=forms.CheckboxSelectMultiple,
        initial=[PRODUCT_SCOPES[Product.LIVECHAT], LEDGER_READ],
        help_text="What buyers are asked to let the app do.",
    )
    redirect_uris = LinesField(
        label="Redirect URIs",
        help_text="Where OAuth answers go, one a line: https, or http on localhost.",
    )
    return_origins = OriginsField(
        label="Return origins",
        required=False,
        help_text="Where buyers come back to, one origin a line, such as https://app.example."
        " http on localhost needs no entry.",
    )
    starts_when_accepted = forms.BooleanField(
        required=False, label="Start at once what a buyer accepts, without a call to activate it"
    )
    remembers_trials = forms.BooleanField(
        required=False, initial=True, label="Give a buyer the trial of the same thing only once"
    )
    allows_second = forms.BooleanField(
        required=False, initial=True, label="Let a buyer have the same subscription twice"
    )
    prices_exclude_tax = forms.BooleanField(required=False, label="Add tax to my prices")

    def __init__(self, *args: Any, application: Application | None = None, **options: Any) -> None:
        known = {name: getattr(application, name) for name in self.base_fields} if application else {}
        if application is not None:
            known["redirect_uris"] = application.redirect_uris.split()
        super().__init__(*args, **options | {"initial": known})
        if application is not None and application.review_status in (
            ReviewStatus.SUBMITTED,
            ReviewStatus.APPROVED,
        ):
            for name in REVIEWED:
                del self.fields[name]


class RotateForm(ConsoleForm):
    """How long the present secret goes on, and which one that is."""

    overlap = forms.ChoiceField(label="The present secret still works for", choices=OVERLAP_CHOICES)
    replaces = forms.CharField(widget=forms.HiddenInput, max_length=64)


class EndpointForm(ConsoleForm):
    """Where events go, and which."""

    url = forms.CharField(
        label="Address",
        max_length=MAX_URL,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://app.example/webhooks"}),
    )
    description = forms.CharField(max_length=MAX_DESCRIPTION, required=False)
    format = forms.ChoiceField(label="Body", choices=Format.choices)
    event_types = forms.MultipleChoiceField(
        label="Events",
        choices=[(name, f"{name}: {TYPE_NAMES[name]}") for name in OFFERED_TYPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None chosen: all, also those that come later.",
    )

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **options: Any) -> None:
        known = {name: getattr(endpoint, name) for name in self.base_fields} if endpoint else {}
        super().__init__(*args, **options | {"initial": known})
