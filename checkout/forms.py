"""Forms of the hosted pages."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from access.user_names import find_user_name


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


class DecisionForm(forms.Form):
    """One of two buttons, and the token of the page that they were on."""

    decision = forms.ChoiceField(choices=[(choice, choice) for choice in ("accept", "decline")])
    token = forms.CharField(max_length=10_000)
