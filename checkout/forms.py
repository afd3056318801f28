"""Forms of the hosted pages."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """E-mail and password; user names are e-mails in lower case, a member of staff may have another."""

    username = forms.CharField(
        label="E-mail",
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
        """Write an e-mail as it is stored."""
        name: str = self.cleaned_data["username"]
        return name.lower() if "@" in name else name


class DecisionForm(forms.Form):
    """One of two buttons, and the token of the page that they were on."""

    decision = forms.ChoiceField(choices=[("accept", "Accept"), ("decline", "Decline")])
    token = forms.CharField(max_length=1_000)
