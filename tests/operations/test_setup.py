"""`manage.py setup` makes what a new installation needs, once, or nothing at all."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from customers.models import Application, Organization
from operations.management.commands import setup

pytestmark = pytest.mark.django_db

GIVEN = {
    "organization": "Märkte & Söhne 🛒",
    "admin_email": "Admin@Operator.example",
    "app_name": "Storefront",
    "redirect_uri": "https://storefront.example/callback",
}
PASSWORD = "a long made-up passphrase"


def run(monkeypatch, *, passwords=(PASSWORD, PASSWORD), **changes):
    typed = iter(passwords)
    monkeypatch.setattr(setup, "getpass", lambda question: next(typed))
    printed = StringIO()
    call_command("setup", stdout=printed, **GIVEN | changes)
    return printed.getvalue()


def test_it_makes_an_operator_an_administrator_and_an_application(monkeypatch):
    printed = run(monkeypatch)
    app = Application.objects.get()
    assert app.organization.is_operator
    assert app.client_id in printed
    assert app.redirect_uri_allowed(GIVEN["redirect_uri"])
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert (user.username, user.is_superuser) == ("admin@operator.example", True)


def test_it_asks_for_what_is_not_given(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "Asked Organisation")
    run(monkeypatch, organization=None)
    assert Organization.objects.get().name == "Asked Organisation"


def test_a_second_time_is_refused(monkeypatch):
    run(monkeypatch)
    with pytest.raises(CommandError, match="has an operator"):
        run(monkeypatch, admin_email="other@operator.example")
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"passwords": (PASSWORD, "another")}, "The passwords differ"),
        ({"passwords": ("12345678", "12345678")}, "admin_password: "),
        ({"organization": "  "}, "organization: The name must not be blank"),
        ({"admin_email": "no e-mail"}, "admin_email: "),
        ({"app_name": "\u202e"}, "name: "),
        ({"redirect_uri": "http://storefront.example/"}, "redirect_uris: Only https"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_made(monkeypatch, changes, said):
    with pytest.raises(CommandError, match=said):
        run(monkeypatch, **changes)
    assert not Organization.objects.exists()
    assert not User.objects.exists()
