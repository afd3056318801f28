"""From a code to tokens, and from tokens to new ones."""

import base64
import hashlib
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from access.oauth.bearer_tokens import find_caller
from customers.errors import NotAuthenticated
from customers.models import Application
from operations.factories import AccountFactory
from tests import hashers
from tests.access.oauth import flow
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def app():
    return flow.ClientFactory()


@pytest.fixture
def account():
    return AccountFactory()


def is_usable(token):
    try:
        find_caller(token)
    except NotAuthenticated:
        return False
    return True


def assert_refused(response, error, status=400):
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert (response.status_code, response.json()["error"]) == (status, error)


def test_a_code_gives_a_token_for_eight_hours_that_names_the_person_and_the_application(app, account):
    response = flow.exchange(app, flow.get_code(app, account))
    tokens = response.json()
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert tokens["expires_in"] == 28_800
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", "billing_manage")
    caller = find_caller(tokens["access_token"])
    assert (caller.account_id, caller.app.id) == (account.pk, app.pk)
    assert caller.scopes == {"billing_manage"}


def test_the_secret_may_come_as_basic_credentials(app, account):
    credentials = base64.b64encode(f"{app.client_id}:{flow.SECRET}".encode()).decode()
    sent = {
        "grant_type": "authorization_code",
        "code": flow.get_code(app, account),
        "redirect_uri": flow.REDIRECT,
        "code_verifier": flow.VERIFIER,
    }
    response = Client(headers={"Authorization": f"Basic {credentials}"}).post("/oauth/token", sent)
    assert response.status_code == 200


def test_a_public_application_needs_no_secret_but_the_verifier(account):
    app = flow.ClientFactory(client_type=Application.CLIENT_PUBLIC)
    code = flow.get_code(app, account)
    assert_refused(flow.exchange(app, code, client_secret=None, code_verifier="x" * 43), "invalid_grant")
    assert flow.exchange(app, code, client_secret=None).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "error", "status"),
    [
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_secret": None}, "invalid_client", 401),
        ({"client_id": "0" * 32}, "invalid_client", 401),
        ({"client_id": None}, "invalid_client", 401),
        ({"client_id": "a\0b"}, "invalid_request", 400),
        ({"code": "a\0b"}, "invalid_request", 400),
        ({"scope": "a\0b"}, "invalid_request", 400),
        ({"code": "unknown"}, "invalid_grant", 400),
        ({"code": None}, "invalid_request", 400),
        ({"code_verifier": None}, "invalid_request", 400),
        ({"code_verifier": "another-verifier-0123456789-0123456789-0123456789"}, "invalid_grant", 400),
        ({"redirect_uri": "https://seller.example/other"}, "invalid_request", 400),
        ({"grant_type": None}, "unsupported_grant_type", 400),
        ({"grant_type": "password", "username": "u", "password": "p"}, "unsupported_grant_type", 400),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type", 400),
        ({"grant_type": "implicit"}, "unsupported_grant_type", 400),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type", 400),
    ],
)
def test_a_wrong_exchange_is_refused_in_json(app, account, changed, error, status):
    assert_refused(flow.exchange(app, flow.get_code(app, account), **changed), error, status)
    assert not AccessToken.objects.exists()


def test_a_code_of_another_application_gives_nothing(app, account):
    other = flow.ClientFactory()
    assert_refused(flow.exchange(other, flow.get_code(app, account)), "invalid_grant")


def test_a_code_that_comes_twice_takes_its_tokens_with_it(app, account):
    bystander = flow.get_tokens(app, account)
    code = flow.get_code(app, account)
    tokens = flow.exchange(app, code).json()
    assert is_usable(tokens["access_token"])
    assert_refused(flow.exchange(app, code), "invalid_grant")
    assert not is_usable(tokens["access_token"])
    assert_refused(flow.refresh(app, tokens["refresh_token"]), "invalid_grant")
    assert is_usable(bystander["access_token"])


def test_a_code_that_comes_again_after_a_refresh_takes_the_refreshed_tokens_too(app, account):
    code = flow.get_code(app, account)
    tokens = flow.refresh(app, flow.exchange(app, code).json()["refresh_token"]).json()
    assert is_usable(tokens["access_token"])
    flow.exchange(app, code)
    assert not is_usable(tokens["access_token"])


def test_another_application_cannot_revoke_tokens_with_a_stolen_code(app, account):
    code = flow.get_code(app, account)
    tokens = flow.exchange(app, code).json()
    assert_refused(flow.exchange(flow.ClientFactory(), code), "invalid_grant")
    assert is_usable(tokens["access_token"])


def test_an_old_code_gives_nothing(app, account):
    code = flow.get_code(app, account)
    Grant.objects.update(expires="2026-01-01T00:00:00Z")
    assert_refused(flow.exchange(app, code), "invalid_grant")


def test_refreshing_rotates_both_tokens(app, account):
    first = flow.get_tokens(app, account)
    second = flow.refresh(app, first["refresh_token"]).json()
    assert second["expires_in"] == 28_800
    assert len({first["access_token"], second["access_token"]}) == 2
    assert len({first["refresh_token"], second["refresh_token"]}) == 2
    assert is_usable(second["access_token"])
    assert not is_usable(first["access_token"])


def test_a_rotated_refresh_token_that_comes_back_ends_its_family(app, account):
    bystander = flow.get_tokens(app, account)
    first = flow.get_tokens(app, account)
    second = flow.refresh(app, first["refresh_token"]).json()
    assert_refused(flow.refresh(app, first["refresh_token"]), "invalid_grant")
    assert not is_usable(second["access_token"])
    assert_refused(flow.refresh(app, second["refresh_token"]), "invalid_grant")
    assert is_usable(bystander["access_token"])


def test_a_refresh_token_of_another_application_gives_nothing(app, account):
    tokens = flow.get_tokens(app, account)
    assert_refused(flow.refresh(flow.ClientFactory(), tokens["refresh_token"]), "invalid_grant")
    assert is_usable(tokens["access_token"])


def test_a_refresh_token_dies_thirty_days_after_its_access_token(app, account):
    tokens = flow.get_tokens(app, account)
    AccessToken.objects.update(expires="2026-01-01T00:00:00Z")
    assert_refused(flow.refresh(app, tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("model", [User, Application])
def test_a_disabled_person_or_application_gets_no_tokens_and_theirs_stop_working(app, account, model):
    code, tokens = flow.get_code(app, account), flow.get_tokens(app, account)
    model.objects.filter(pk={User: account.user_id, Application: app.pk}[model]).update(is_active=False)
    assert not is_usable(tokens["access_token"])
    assert flow.exchange(app, code).status_code in (400, 401)
    assert flow.refresh(app, tokens["refresh_token"]).status_code in (400, 401)


def test_an_expired_token_does_not_work(app, account):
    token = issue_test_token(account, app, hours=-0.001)
    assert not is_usable(token)


def test_a_person_who_lost_their_account_gets_no_tokens(app, account):
    code, tokens = flow.get_code(app, account), flow.get_tokens(app, account)
    account.delete()
    assert not is_usable(tokens["access_token"])
    assert_refused(flow.exchange(app, code), "invalid_grant")
    assert_refused(flow.refresh(app, tokens["refresh_token"]), "invalid_grant")


def test_nothing_in_the_database_is_a_code_a_token_or_a_secret(app, account):
    codes = [flow.get_code(app, account), flow.get_code(app, account)]
    tokens = flow.exchange(app, codes[0]).json()
    secrets = [*codes, tokens["access_token"], tokens["refresh_token"], flow.SECRET]
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            rows += [row[0] for row in cursor.fetchall()]
    assert hashlib.sha256(tokens["access_token"].encode()).hexdigest() in "".join(rows)
    assert [secret for secret in secrets if any(secret in row for row in rows)] == []


def test_what_the_database_keeps_is_not_a_token(app, account):
    code = flow.get_code(app, account)
    assert_refused(flow.exchange(app, Grant.objects.get().code), "invalid_grant")
    tokens = flow.exchange(app, code).json()
    kept = AccessToken.objects.get()
    assert kept.token == RefreshToken.objects.get().token == ""
    assert not is_usable(kept.token_checksum)
    assert not is_usable("")
    assert is_usable(tokens["access_token"])


@pytest.mark.parametrize("path", ["/oauth/token/", "/oauth/revoke_token/", "/oauth/introspect/"])
def test_what_is_not_a_form_post_is_refused_in_json(app, path):
    assert_refused(Client().get(path), "invalid_request", 405)
    assert_refused(Client().put(path), "invalid_request", 405)
    assert_refused(Client().post(f"{path}?token=t&client_id={app.client_id}"), "invalid_request")
    assert_refused(Client().post(f"{path}?%zz"), "invalid_request")
    for body, kind in (("{}", "application/json"), ("", "x"), ("--x", "multipart/form-data; boundary=x")):
        response = Client().post(path, body, content_type=kind)
        assert response.status_code in (400, 401)
        assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("credentials", ["\0:\0", "a\0b:c", "%00:c"])
@pytest.mark.parametrize("path", ["/oauth/token/", "/oauth/revoke_token/", "/oauth/introspect/"])
def test_credentials_with_nul_are_those_of_no_application(path, credentials):
    header = "Basic " + base64.b64encode(credentials.encode()).decode()
    sent = {"grant_type": "refresh_token", "refresh_token": "r", "token": "t"}
    assert_refused(Client(headers={"Authorization": header}).post(path, sent), "invalid_client", 401)


def test_checking_a_secret_takes_less_than_hashing_a_password(app, settings):
    settings.PASSWORD_HASHERS = hashers.OF_THE_SERVER
    assert app.client_secret.startswith("pbkdf2_sha256_machine$1$")
    of_password = measure_cpu(lambda: make_password("a password", hasher="pbkdf2_sha256"))
    assert min(measure_cpu(lambda: flow.exchange(app, "unknown")) for _ in range(5)) < of_password / 2


def measure_cpu(work):
    """Return CPU seconds; a busy machine slows everything alike, so only their ratio says something."""
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("path", ["/v1/direct_charge", "/v2/direct_charge/livechat", "/v1/ledger"])
def test_a_token_counts_in_the_header_only(app, account, path):
    token = issue_test_token(account, app, "billing_manage ledger_read")
    assert Client(headers={"Authorization": f"Bearer {token}"}).get(path).status_code == 200
    assert Client().get(path, {"access_token": token}).status_code == 401
    assert Client().post(path, {"access_token": token}).status_code in (401, 405)
    assert Client(headers={"Cookie": f"access_token={token}"}).get(path).status_code == 401
