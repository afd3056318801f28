"""A new password ends what was granted under the old one, whoever sets it, and has 12 characters."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from access.oauth.bearer_tokens import find_caller
from customers.errors import NotAuthenticated
from operations.factories import AccountFactory, UserFactory
from tests.access.oauth import flow
from tests.desk import log_in
from tests.money import run_at_once

OLD, NEW = "the-old-password", "another-password"
QUICK, SLOW = "access.hashers.MachineSecretHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = [QUICK]


@pytest.fixture
def account():
    return AccountFactory(user__password=OLD)


def by_program(user, monkeypatch):
    user.set_password(NEW)
    user.save()


def by_command(user, monkeypatch):
    monkeypatch.setattr(changepassword.Command, "_get_pass", lambda *_, **__: NEW)
    call_command("changepassword", user.username)


def by_superuser(user, monkeypatch, **said):
    browser = Client()
    browser.force_login(UserFactory(superuser=True))
    said = said or {"password1": NEW, "password2": NEW, "usable_password": "true"}
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    assert browser.post(page, said).status_code == 302


def taken_away_by_superuser(user, monkeypatch):
    by_superuser(user, monkeypatch, **{"usable_password": "false", "unset-password": "1"})


WAYS = [by_program, by_command, by_superuser, taken_away_by_superuser]


def is_usable(token):
    try:
        return bool(find_caller(token))
    except NotAuthenticated:
        return False


@pytest.mark.parametrize("set_password", WAYS)
def test_sessions_tokens_and_codes_of_the_person_end(account, monkeypatch, set_password):
    app, other = flow.ClientFactory(), AccountFactory(user__password=OLD)
    browsers = [log_in(account), log_in(other)]
    tokens = [flow.get_tokens(app, each) for each in (account, other)]
    codes = [flow.get_code(app, each) for each in (account, other)]
    set_password(User.objects.get(pk=account.user_id), monkeypatch)
    assert [browser.get("/account/").status_code for browser in browsers] == [302, 200]
    assert [is_usable(each["access_token"]) for each in tokens] == [False, True]
    refreshed = [flow.refresh(app, each["refresh_token"]) for each in tokens]
    assert [answer.status_code for answer in refreshed] == [400, 200]
    assert refreshed[0].json()["error"] == "invalid_grant"
    assert [flow.exchange(app, code).status_code for code in codes] == [400, 200]
    assert not AccessToken.objects.filter(user=account.user).exists()
    assert not Grant.objects.filter(user=account.user).exists()
    assert not RefreshToken.objects.filter(user=account.user, revoked=None).exists()


def test_the_session_in_which_staff_set_their_own_password_goes_on_and_the_others_end():
    person = UserFactory(password=OLD, staff=True)
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.force_login(person)
    said = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}
    assert here.post("/admin/password_change/", said).status_code == 302
    assert [browser.get("/admin/").status_code for browser in (here, elsewhere)] == [200, 302]


def test_hashing_the_same_password_anew_at_a_log_in_ends_nothing(account, settings):
    token = flow.get_tokens(flow.ClientFactory(), account)["access_token"]
    settings.PASSWORD_HASHERS = [SLOW, QUICK]
    before = account.user.password
    assert authenticate(RequestFactory().post("/login/"), username=account.email, password=OLD)
    assert User.objects.get(pk=account.user_id).password != before
    assert is_usable(token)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["code", "refresh token"])
def test_a_token_that_is_asked_for_at_the_same_moment_ends_too(way):
    app = flow.ClientFactory()
    for account in (AccountFactory(user__password=OLD) for _ in range(4)):
        tokens, code = flow.get_tokens(app, account), flow.get_code(app, account)

        def ask(tokens=tokens, code=code):
            return flow.exchange(app, code) if way == "code" else flow.refresh(app, tokens["refresh_token"])

        def change(account=account):
            by_program(User.objects.get(pk=account.user_id), None)

        asked, _ = run_at_once(ask, change)
        # One that was issued after the new password was in force was asked for with what had ended by then.
        if asked.status_code == 200:
            assert not is_usable(asked.json()["access_token"])
        assert not AccessToken.objects.exists()
        assert not RefreshToken.objects.filter(revoked=None).exists()


@pytest.mark.parametrize(("password", "is_long_enough"), [("kx7-pq2-vm9", False), ("kx7-pq2-vm9w", True)])
def test_a_new_password_has_12_characters(password, is_long_enough):
    superuser, person = UserFactory(superuser=True), UserFactory(password=OLD)
    browser = Client()
    browser.force_login(superuser)
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    answer = browser.post(page, {"password1": password, "password2": password, "usable_password": "true"})
    assert (answer.status_code == 302) == is_long_enough
    if not is_long_enough:
        with pytest.raises(ValidationError, match="at least 12 characters"):
            validate_password(password)
