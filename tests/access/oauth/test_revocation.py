"""Ending tokens, asking about them, and how many there may be."""

import pytest
from django.contrib.auth.models import User
from oauth2_provider.models import AccessToken, RefreshToken

from access.oauth.access_tokens import issue_token, purge_expired_tokens
from access.oauth.bearer_tokens import find_caller
from customers.errors import NotAuthenticated
from customers.models import Application
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def app():
    return flow.ClientFactory()


@pytest.fixture
def account():
    return AccountFactory()


def revoke(app, token, **changed):
    sent = {"token": token, "client_id": app.client_id, "client_secret": flow.SECRET}
    return flow.post("/oauth/revoke_token/", **(sent | changed))


def introspect(app, token, **changed):
    sent = {"token": token, "client_id": app.client_id, "client_secret": flow.SECRET}
    return flow.post("/oauth/introspect/", **(sent | changed))


def is_usable(token):
    try:
        find_caller(token)
    except NotAuthenticated:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "other"])
def test_an_application_ends_its_own_tokens(app, account, kind, hint):
    tokens = flow.get_tokens(app, account)
    response = revoke(app, tokens[kind], token_type_hint=hint)
    assert (response.status_code, response.json()) == (200, {})
    assert not is_usable(tokens["access_token"])
    assert flow.refresh(app, tokens["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_an_application_cannot_end_the_tokens_of_another(app, account, kind):
    tokens = flow.get_tokens(app, account)
    assert revoke(flow.ClientFactory(), tokens[kind]).status_code == 200
    assert is_usable(tokens["access_token"])


@pytest.mark.parametrize(
    "changed", [{"client_secret": "wrong"}, {"client_secret": None}, {"client_id": None}]
)
def test_who_does_not_identify_itself_ends_nothing(app, account, changed):
    tokens = flow.get_tokens(app, account)
    response = revoke(app, tokens["access_token"], **changed)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert is_usable(tokens["access_token"])


def test_an_application_learns_about_its_own_token(app, account):
    tokens = flow.get_tokens(app, account)
    told = introspect(app, tokens["access_token"]).json()
    assert told["active"] is True
    assert (told["scope"], told["client_id"]) == ("billing_manage", app.client_id)
    assert (told["username"], told["sub"]) == (account.email, str(account.public_id))
    assert told["exp"] - told["iat"] == pytest.approx(28_800, abs=2)


def test_only_the_marketplace_learns_about_the_tokens_of_others(app, account):
    token = issue_test_token(account, app)
    assert introspect(flow.ClientFactory(), token).json() == {"active": False}
    assert introspect(flow.ClientFactory(first_party=True), token).json()["active"] is True


@pytest.mark.parametrize(
    "changed",
    [{"client_secret": "wrong"}, {"client_secret": None}, {"client_id": None}, {"client_id": "0" * 32}],
)
def test_who_does_not_identify_itself_learns_nothing(app, account, changed):
    response = introspect(app, issue_test_token(account, app), **changed)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert "Basic" in response["WWW-Authenticate"]


def test_a_public_application_learns_nothing(account):
    app = flow.ClientFactory(client_type=Application.CLIENT_PUBLIC)
    assert introspect(app, issue_test_token(account, app)).status_code == 401
    assert introspect(app, issue_test_token(account, app), client_secret=None).status_code == 401


def test_a_token_that_does_not_work_is_not_active(app, account):
    assert introspect(app, "unknown").json() == {"active": False}
    assert introspect(app, issue_test_token(account, app, hours=-1)).json() == {"active": False}
    token = issue_test_token(account, app)
    User.objects.filter(pk=account.user_id).update(is_active=False)
    assert introspect(app, token).json() == {"active": False}
    assert introspect(app, None).json()["error"] == "invalid_request"


@pytest.mark.slow
def test_of_more_than_25_tokens_the_oldest_is_ended(app, account):
    first = flow.get_tokens(app, account)
    second = flow.get_tokens(app, account)
    other = issue_token(AccountFactory(), app, "billing_manage")
    tokens = [issue_token(account, app, "billing_manage") for _ in range(24)]
    assert not is_usable(first["access_token"])
    assert flow.refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert all(is_usable(token) for token in (second["access_token"], other, *tokens))
    flow.get_tokens(app, account)
    assert AccessToken.objects.filter(user=account.user, application=app).count() == 25
    assert not is_usable(second["access_token"])
    assert RefreshToken.objects.filter(revoked=None).count() == 1


def test_refreshing_does_not_end_other_tokens(app, account):
    others = [issue_token(account, app, "billing_manage") for _ in range(24)]
    tokens = flow.get_tokens(app, account)
    for _ in range(3):
        tokens = flow.refresh(app, tokens["refresh_token"]).json()
    assert all(is_usable(token) for token in others)


def test_what_nobody_can_use_any_more_is_forgotten(app, account):
    live = flow.get_tokens(app, account)
    issue_test_token(account, app, hours=-1)
    purge_expired_tokens()
    assert AccessToken.objects.count() == 1
    assert is_usable(live["access_token"])
