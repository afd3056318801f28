"""Forms of the console: how a refusal of a service stands at its field, and what sign-ups and members say."""

from typing import Any

from django import forms

from core.errors import BillingError, InvalidField
from customers.countries import COUNTRIES
from customers.models import Role

ROLE_HELP = {
    Role.OWNER: "Owner: everything, and says who else may",
    Role.BILLING: "Billing: sees money, asks for payouts, accepts charges",
    Role.DEVELOPER: "Developer: makes applications, their secrets and webhooks",
}
COUNTRY_CHOICES = [("", "Choose one"), *COUNTRIES.items()]


class ConsoleForm(forms.Form):
    """A form whose service may refuse what it says."""

    def refuse(self, refusal: BillingError) -> None:
        """Show a refusal at its field, or above the form."""
        field = getattr(refusal, "field", None)
        words = str(refusal)
        if isinstance(refusal, InvalidField):
            words = words if words[:1].isupper() else f"It {words}."
        self.add_error(field if field in self.fields else None, words)


def ask_for_password(**options: Any) -> forms.CharField:
    """Return a field for a new password."""
    return forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters.",
        strip=False,
        max_length=1000,
        **options,
    )


class OrganizationFields(ConsoleForm):
    """The name and the country of a new organisation."""

    organization_name = forms.CharField(
        label="Name of your organisation",
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        choices=COUNTRY_CHOICES, widget=forms.Select(attrs={"autocomplete": "country"})
    )


class SignUpForm(OrganizationFields):
    """What a seller says who signs up."""

    email = forms.EmailField(
        label="E-mail", max_length=150, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = ask_for_password()


class ConfirmForm(ConsoleForm):
    """The password again, in another browser than the one that signed up."""

    password = forms.CharField(
        label="The password that you chose",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=1000,
    )


class JoinForm(ConsoleForm):
    """The password of a new member."""

    password = ask_for_password(label="Choose a password")


class InvitedSellerForm(OrganizationFields):
    """What a seller says who was invited."""

    password = ask_for_password(label="Choose a password")


class RolesForm(ConsoleForm):
    """Which roles a member has."""

    roles = forms.MultipleChoiceField(
        choices=list(ROLE_HELP.items()), widget=forms.CheckboxSelectMultiple, required=False
    )


class InviteForm(RolesForm):
    """Whom to invite, with which roles."""

    email = forms.EmailField(
        label="E-mail", max_length=150, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "roles")
