"""Forms of test buyers: a new one, and what its seller does with it."""

from typing import Any

from django import forms
from django.conf import settings

from console.forms import ConsoleForm
from core.money import Money
from customers.models import Application
from gateway.sandbox_behaviours import TEST_CARD_NAMES
from subscriptions.lifecycle.limits import MAX_TRIAL_DAYS

CARD_CHOICES = [(name, name.replace("_", " ").capitalize()) for name in TEST_CARD_NAMES]
MOST_MONTHS = 36


class NewTestBuyerForm(ConsoleForm):
    """What a test buyer is called, and how its card behaves."""

    name = forms.CharField(
        required=False, max_length=255, help_text="Such as what you try with it. Leave it empty for a number."
    )
    test_card = forms.ChoiceField(label="Its card", choices=CARD_CHOICES, initial="approve")


class CardForm(ConsoleForm):
    """How its card behaves from now on."""

    test_card = forms.ChoiceField(label="Its card", choices=CARD_CHOICES)


class AdvanceForm(ConsoleForm):
    """Which instant it becomes, in the reader's time zone."""

    to = forms.DateTimeField(
        label="Advance to",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class OfApplicationForm(ConsoleForm):
    """A form that names one of the seller's applications."""

    def __init__(self, data: Any = None, *, applications: list[Application], **options: Any) -> None:
        super().__init__(data, **options)
        self._applications = {each.client_id: each for each in applications}
        field = self.fields["application"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.client_id, each.name) for each in applications]

    def clean_application(self) -> Application:
        """Return the application."""
        return self._applications[self.cleaned_data["application"]]


class TokenForm(OfApplicationForm):
    """Which application acts for it."""

    application = forms.ChoiceField()


class SubscribeForm(OfApplicationForm):
    """What it subscribes to."""

    application = forms.ChoiceField()
    name = forms.CharField(label="What it is called", max_length=255, initial="Monthly plan")
    price_minor = forms.DecimalField(label="Price of a period", max_digits=12, initial="19.00")
    months = forms.IntegerField(label="Months in a period", min_value=1, max_value=MOST_MONTHS, initial=1)
    trial_days = forms.IntegerField(label="Days of trial", min_value=0, max_value=MAX_TRIAL_DAYS, initial=14)

    def clean_price_minor(self) -> int:
        """Return the price in cents of the default currency. Raises ValidationError for parts of a cent."""
        try:
            price = Money.from_units(self.cleaned_data["price_minor"], settings.DEFAULT_CURRENCY)
        except ValueError as refusal:
            raise forms.ValidationError(f"{refusal}.") from None
        return price.amount_minor
