"""Forms of the hosted pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from access.user_names import find_user_name
from checkout.country_list import list_countries
from core.errors import InvalidField
from customers.models import Organization
from payouts.accounts import Destination
from payouts.models import PayoutAccount


class LoginForm(AuthenticationForm):
    """E-mail and password; user names are e-mails in lower case, a member of staff may have another."""

    username = forms.CharField(
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "username",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def clean_username(self) -> str:
        """Return the name as it is stored."""
        return find_user_name(self.cleaned_data["username"])


class PayoutAccountForm(forms.Form):
    """Where payouts go. An IBAN is never filled in: left out it stays, unless another account is told.

    Of an IBAN and another account the one that is new is meant; the field of the latter shows what is known.
    """

    holder = forms.CharField(label=_("Legal name of the holder"))
    iban = forms.CharField(label=_("IBAN"), required=False)
    other_account = forms.CharField(label=_("Account and bank, where there is no IBAN"), required=False)
    street = forms.CharField(label=_("Street and number"))
    postcode = forms.CharField(label=_("Postcode"), required=False)
    town = forms.CharField(label=_("Town"))
    country = forms.ChoiceField(label=_("Country"), choices=list_countries)

    def __init__(
        self, *args: Any, known: PayoutAccount | None, organization: Organization, **kwargs: Any
    ) -> None:
        names = ("holder", "street", "postcode", "town", "country", "other_account")
        initial = {name: getattr(known, name) for name in names} if known else _propose(organization)
        super().__init__(*args, **kwargs | {"initial": initial})
        self._known = known

    def read_destination(self) -> Destination:
        """Return where payouts are to go; an account at the processor is the operator's to change."""
        said, known = self.cleaned_data, self._known
        is_as_known = known is not None and said["other_account"] in ("", known.other_account)
        return Destination(
            holder=said["holder"],
            iban=said["iban"] or (known.iban if known and is_as_known else ""),
            other_account="" if said["iban"] and is_as_known else said["other_account"],
            processor_account=known.processor_account if known else "",
            street=said["street"],
            postcode=said["postcode"],
            town=said["town"],
            country=said["country"],
        )

    def refuse(self, refusal: InvalidField) -> None:
        """Show why a field was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, f"It {refusal}.")


def _propose(organization: Organization) -> dict[str, str]:
    """What is known of a seller that has not said yet where its money goes."""
    return {
        "holder": organization.legal_name or organization.name,
        "street": organization.street,
        "postcode": organization.postal_code,
        "town": organization.city,
        "country": organization.country,
    }


class DecisionForm(forms.Form):
    """One of two buttons, and the token of the page that they were on."""

    decision = forms.ChoiceField(choices=[(choice, choice) for choice in ("accept", "decline")])
    token = forms.CharField(max_length=10_000)
