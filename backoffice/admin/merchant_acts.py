"""Staff acts on a merchant: each asks for a reason and calls one service."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from backoffice.admin.acts import Act, ReasonForm
from backoffice.columns import write_instant
from core.currencies import find_exponent
from core.money import Money
from customers import merchants
from customers.models import ApiKey, Merchant

MAX_LIMIT_DIGITS = 12
MAX_PROCESSOR_KEY = 255


def describe_payouts(merchant: Merchant) -> str:
    """Return whether and how much it may pay out, in words."""
    limit = read_limit(merchant)
    return f"up to {limit} a day (UTC)" if merchant.may_pay_out else "not permitted"


def read_limit(merchant: Merchant) -> Money:
    """Return how much it may pay out in a day."""
    return Money(merchant.daily_payout_limit_minor, settings.DEFAULT_CURRENCY)


class PayoutForm(ReasonForm):
    """Whether it may pay out, how much a day, and why."""

    may_pay_out = forms.BooleanField(
        required=False, label="It may pay out to its customers", widget=UnfoldBooleanSwitchWidget
    )
    field_order = ("may_pay_out", "daily_limit", "reason")

    def __init__(self, *args: Any, subject: Merchant, **kwargs: Any) -> None:
        initial = {"may_pay_out": subject.may_pay_out, "daily_limit": read_limit(subject).units}
        super().__init__(*args, subject=subject, initial=initial, **kwargs)
        self.fields["daily_limit"] = _make_limit_field(settings.DEFAULT_CURRENCY)
        self.order_fields(self.field_order)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        limit = Money.from_units(self.cleaned_data["daily_limit"], settings.DEFAULT_CURRENCY)
        return super().list_arguments() | {
            "may_pay_out": self.cleaned_data["may_pay_out"],
            "daily_payout_limit_minor": limit.amount_minor,
        }

    def describe(self) -> str:
        """Return what it was, what it is now, and why."""
        arguments = self.list_arguments()
        reason = arguments.pop("reason")
        return f"{describe_payouts(self.subject)} -> {describe_payouts(Merchant(**arguments))}. {reason}"


def _make_limit_field(currency: str) -> forms.DecimalField:
    exponent = find_exponent(currency)
    example = f"{Decimal(1000):.{exponent}f}"
    return forms.DecimalField(
        min_value=0,
        max_digits=MAX_LIMIT_DIGITS,
        decimal_places=exponent,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=f"In {currency}, such as {example}; counted from midnight to midnight UTC.",
    )


class ProcessorKeyForm(ReasonForm):
    """The new key, which is never shown again, and why."""

    processor_key = forms.CharField(
        max_length=MAX_PROCESSOR_KEY,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "off"}),
        help_text="Kept encrypted and not shown again.",
    )
    field_order = ("processor_key", "reason")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"processor_key": self.cleaned_data["processor_key"]}


class KeyField(forms.ModelChoiceField):
    """A choice among API keys."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a key by what may be shown of it."""
        return f"{obj}, made on {write_instant(obj.created_at)}"


class RevokeForm(ReasonForm):
    """Which key, and why."""

    api_key = KeyField(
        label="API key",
        queryset=ApiKey.objects.none(),
        empty_label="Choose a key",
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("api_key", "reason")

    def __init__(self, *args: Any, subject: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        choice: Any = self.fields["api_key"]
        choice.queryset = subject.api_keys.filter(revoked_at=None).order_by("-pk")

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return super().list_arguments() | {"api_key_id": self.cleaned_data["api_key"].pk}

    def describe(self) -> str:
        """Return which key, and why."""
        return f"{self.cleaned_data['api_key']} {super().describe()}"


def explain_payouts(merchant: Merchant) -> list[str]:
    """Say what permitting payouts does."""
    return [
        f"Payouts so far: {describe_payouts(merchant)}.",
        "A payout that is not permitted, or is beyond the limit of the day, fails and is tried again like any"
        " other failure.",
    ]


PAYOUTS = Act(
    name="payouts",
    title="Change payouts",
    done="What it may pay out is changed.",
    pointless="",
    applies=lambda merchant: True,
    explain=explain_payouts,
    run=merchants.permit_payouts,
    form=PayoutForm,
    needs_factor=True,
)
REPLACE_KEY = Act(
    name="replace_key",
    title="Replace processor key",
    done="The processor is called with the new key from now on.",
    pointless="",
    applies=lambda merchant: True,
    explain=lambda merchant: ["The processor is called with the new key at once; the old one is forgotten."],
    run=merchants.replace_processor_key,
    form=ProcessorKeyForm,
    needs_factor=True,
)
REVOKE = Act(
    name="revoke",
    title="Revoke API key",
    done="That API key opens nothing any more.",
    pointless="It has no API key that opens anything.",
    applies=lambda merchant: merchant.api_keys.filter(revoked_at=None).exists(),
    explain=lambda merchant: ["Every program that uses the key is refused at once. This cannot be undone."],
    run=merchants.revoke_api_key,
    form=RevokeForm,
    variant="danger",
)
CLOSE = Act(
    name="close",
    title="Close API",
    done="Its keys open nothing until the API is opened again.",
    pointless="The API is closed for it already.",
    applies=lambda merchant: merchant.is_active,
    explain=lambda merchant: ["None of its keys opens the API any more. Its subscriptions go on."],
    run=merchants.close_api,
    variant="danger",
)
OPEN = Act(
    name="open",
    title="Open API",
    done="Its keys open the API again.",
    pointless="The API is open for it already.",
    applies=lambda merchant: not merchant.is_active,
    explain=lambda merchant: ["Its keys that were not revoked open the API again."],
    run=merchants.open_api,
)
ACTS = (PAYOUTS, REPLACE_KEY, REVOKE, CLOSE, OPEN)
