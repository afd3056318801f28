"""Signing in by Text's paths and shapes: the same server, the same rules."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from access.oauth.bearer_tokens import find_caller
from customers.errors import NotAuthenticated
from operations.factories import AccountFactory
from tests.access.oauth import flow

pytestmark = pytest.mark.django_db
SCOPES = ["billing_manage", "ledger_read"]


@pytest.fixture
def app():
    return flow.ClientFactory(allowed_scopes=SCOPES)


@pytest.fixture
def account():
    return AccountFactory()


def sign_in(app, account, **changed):
    """Follow Text's link to the consent page, allow, and return what the application is answered."""
    browser = flow.browser_of(account)
    led = browser.get("/", flow.request_of(app, **changed))
    assert led.status_code == 303
    page = browser.get(led["Location"])
    if page.status_code == 302:
        return flow.query_of(page)
    form = page.context["form"].initial
    sent = {name: value for name, value in form.items() if value is not None} | {"allow": "true"}
    return flow.query_of(browser.post(led["Location"], sent))


def exchange(app, code, **changed):
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": flow.SECRET,
        "redirect_uri": flow.REDIRECT,
        "code_verifier": flow.VERIFIER,
    }
    return flow.post("/v2/token", **parameters | changed)


def get_tokens(app, account, **changed):
    return exchange(app, sign_in(app, account, **changed)["code"]).json()


def info(token, path="/v2/info"):
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


def is_usable(token):
    try:
        find_caller(token)
    except NotAuthenticated:
        return False
    return True


@pytest.mark.parametrize("scope", ["billing_manage,ledger_read", "billing_manage ledger_read"])
def test_a_code_becomes_tokens_in_texts_shape(app, account, scope):
    answered = sign_in(app, account, scope=scope, code_challenge_method="s256")
    assert answered["state"] == "a-state"
    tokens = exchange(app, answered["code"]).json()
    assert tokens == {
        "access_token": tokens["access_token"],
        "account_id": str(account.public_id),
        "expires_in": 28_800,
        "organization_id": str(account.organization.public_id),
        "refresh_token": tokens["refresh_token"],
        "scope": "billing_manage,ledger_read",
        "token_type": "Bearer",
    }
    assert find_caller(tokens["access_token"]).scopes == {*SCOPES}


def test_tokens_are_refreshed_in_the_same_shape(app, account):
    tokens = get_tokens(app, account)
    renewed = flow.post(
        "/v2/token",
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        client_id=app.client_id,
        client_secret=flow.SECRET,
    ).json()
    assert set(renewed) == set(tokens)
    assert renewed["account_id"] == tokens["account_id"]
    assert renewed["access_token"] != tokens["access_token"]


def test_the_holder_of_a_token_learns_about_it(app, account):
    tokens = get_tokens(app, account)
    for path in ("/v2/info", "/v2/info/"):
        answer = info(tokens["access_token"], path)
        told = answer.json()
        assert told == {
            "access_token": tokens["access_token"],
            "account_id": str(account.public_id),
            "client_id": app.client_id,
            "expires_in": told["expires_in"],
            "organization_id": str(account.organization.public_id),
            "scope": "billing_manage",
            "token_type": "Bearer",
        }
        assert 28_700 < told["expires_in"] <= 28_800
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["unknown", ""])
def test_a_token_that_is_none_is_refused_in_texts_way(token):
    answer = info(token)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication")


@pytest.mark.parametrize("how", ["bearer", "access token as code", "refresh token as code"])
def test_a_token_is_ended_with_the_one_that_came_with_it(app, account, how):
    tokens = get_tokens(app, account)
    if how == "bearer":
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = Client().delete("/v2/token", headers=headers)
    else:
        answer = Client().delete(f"/v2/token?code={tokens[how.split()[0] + '_token']}")
    assert (answer.status_code, answer.json()) == (200, {})
    assert not is_usable(tokens["access_token"])
    assert flow.refresh(app, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_ending_an_unknown_token_is_no_fault_and_ending_none_is_one():
    assert Client().delete("/v2/token?code=unknown").json() == {}
    refused = Client().delete("/v2/token")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


def test_other_methods_are_told_which_work():
    refused = Client().get("/v2/token")
    assert (refused.status_code, refused["Allow"]) == (405, "POST, DELETE")


def test_there_is_no_implicit_grant_and_the_error_says_so(app, account):
    answered = sign_in(app, account, response_type="token")
    assert answered["error"] == "unsupported_response_type"
    assert "no implicit grant" in answered["error_description"]
    assert "access_token" not in str(answered)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"scope": "billing_manage,billing_admin"},
    ],
)
def test_this_door_is_no_wider_than_the_other(app, account, changed):
    assert sign_in(app, account, **changed)["error"] in ("invalid_request", "invalid_scope")


def test_an_error_of_the_token_endpoint_stays_as_it_is(app):
    refused = exchange(app, "unknown")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_the_hosted_page_is_untouched_by_a_response_type(app, account):
    page = flow.browser_of(account).get("/", {"id": "x", "response_type": "code"})
    assert page.status_code == 404
    assert Client().post("/?response_type=code", {}).status_code == 405


def test_a_repeated_parameter_stays_repeated(app):
    led = Client().get(f"/?response_type=code&client_id={app.client_id}&scope=a,b&scope=c")
    assert parse_qs(urlsplit(led["Location"]).query)["scope"] == ["a b", "c"]


WITHOUT_PKCE = {"code_challenge": None, "code_challenge_method": None}


def test_a_client_with_a_secret_signs_in_without_pkce_where_the_operator_says_so(account):
    app = flow.ClientFactory(allowed_scopes=SCOPES, requires_pkce=False)
    code = sign_in(app, account, **WITHOUT_PKCE)["code"]
    tokens = exchange(app, code, code_verifier=None).json()
    assert is_usable(tokens["access_token"])


def test_other_clients_do_not(app, account):
    answered = flow.browser_of(account).get("/", flow.request_of(app, **WITHOUT_PKCE))
    page = flow.browser_of(account).get(answered["Location"])
    assert flow.query_of(page)["error"] == "invalid_request"


def test_a_challenge_that_was_sent_counts_all_the_same(account):
    app = flow.ClientFactory(allowed_scopes=SCOPES, requires_pkce=False)
    for verifier in (None, "another-verifier-that-is-long-enough-0123456789"):
        code = sign_in(app, account)["code"]
        assert exchange(app, code, code_verifier=verifier).status_code == 400


def test_the_secret_is_asked_for_all_the_same(account):
    app = flow.ClientFactory(allowed_scopes=SCOPES, requires_pkce=False)
    code = sign_in(app, account, **WITHOUT_PKCE)["code"]
    assert exchange(app, code, code_verifier=None, client_secret="wrong").status_code == 401


def test_an_app_without_a_secret_always_needs_pkce():
    with pytest.raises(IntegrityError, match="requires_pkce"), transaction.atomic():
        flow.ClientFactory(client_type="public", requires_pkce=False)
