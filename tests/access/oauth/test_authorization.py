"""Asking a person: what an application may ask for, and where the answer goes."""

from copy import deepcopy

import pytest
from django.test import Client
from oauth2_provider.models import Grant

from customers.models import Application
from operations.factories import AccountFactory, UserFactory
from tests.access.oauth import flow
from tests.module_rows import rows_of_module

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows(request):
    with rows_of_module(request, lambda: (flow.ClientFactory(name="Report Maker"), AccountFactory())) as made:
        yield made


@pytest.fixture
def app(rows):
    return deepcopy(rows[0])


@pytest.fixture
def account(rows):
    return deepcopy(rows[1])


def test_the_page_says_who_asks_for_what(app, account):
    page = flow.ask(app, account)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Report Maker" in text
    assert all(each.organization.name in text for each in (app, account))
    assert "Make and manage charges for LiveChat apps" in text
    assert "form-action 'self' https://seller.example" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"


def test_allowing_sends_a_code_the_state_and_the_issuer_back(app, account):
    response = flow.answer(app, account)
    assert response.status_code == 302
    assert response["Location"].startswith("https://seller.example/oauth?")
    query = flow.query_of(response)
    assert (query["state"], query["iss"]) == ("a-state", "http://127.0.0.1:8000")
    assert len(query["code"]) >= 30


def test_denying_sends_an_error_back(app, account):
    query = flow.query_of(flow.answer(app, account, allow=False))
    assert (query["error"], query["state"]) == ("access_denied", "a-state")
    assert query["iss"] == "http://127.0.0.1:8000"
    assert not Grant.objects.exists()


def test_a_stranger_is_sent_to_log_in(app):
    response = Client().get("/oauth/authorize/", flow.request_of(app))
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/oauth/authorize/")


def test_a_stranger_is_not_asked_to_log_in_for_what_nobody_could_grant(app):
    for changed, error in (
        ({"scope": "no_such"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ):
        response = Client().get("/oauth/authorize/", flow.request_of(app, **changed))
        assert response["Location"].startswith("https://seller.example/oauth?")
        assert flow.query_of(response)["error"] == error
        assert response["Cache-Control"] == "no-store"


def test_a_login_without_an_account_cannot_authorise(app):
    staff = UserFactory(username="staff", superuser=True)
    browser = Client()
    browser.force_login(staff)
    assert browser.get("/oauth/authorize/", flow.request_of(app)).status_code == 403
    posted = browser.post("/oauth/authorize/", flow.request_of(app) | {"allow": "true"})
    assert posted.status_code == 403
    assert not Grant.objects.exists()


def test_a_person_is_asked_again_although_the_application_would_rather_not(app, account):
    flow.get_tokens(app, account)
    assert flow.ask(app, account, approval_prompt="auto").status_code == 200


def test_the_form_of_another_site_is_refused(app, account):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(account.user)
    sent = flow.request_of(app) | {"allow": "true"}
    assert browser.post("/oauth/authorize/", sent).status_code == 403
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 200},
        {"code_challenge": ""},
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge": "", "code_challenge_method": None},
        {"code_challenge_method": ""},
        {"code_challenge_method": "S512"},
    ],
)
def test_without_a_pkce_challenge_of_s256_nobody_is_asked_not_even_to_log_in(app, account, changed):
    for response in (
        flow.ask(app, account, **changed),
        flow.answer(app, account, **changed),
        Client().get("/oauth/authorize/", flow.request_of(app, **changed)),
    ):
        assert response.status_code == 302
        query = flow.query_of(response)
        assert (query["error"], query["iss"]) == ("invalid_request", "http://127.0.0.1:8000")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "code id_token", "none", None])
def test_no_other_response_than_a_code_is_offered(app, account, response_type):
    for response in (
        flow.ask(app, account, response_type=response_type),
        flow.answer(app, account, response_type=response_type),
    ):
        assert response.status_code in (200, 302)
        if response.status_code == 302:
            assert {"error", "iss"} <= {*flow.query_of(response)}
    assert not Grant.objects.exists()


VARIANTS = [
    "https://SELLER.example/oauth",
    "https://Seller.Example/oauth",
    "HTTPS://seller.example/oauth",
    "https://seller.example:443/oauth",
    "https://seller.example:/oauth",
    "https://seller.example./oauth",
    "https://seller.example//oauth",
    "https://seller.example/./oauth",
    "https://seller.example/%6Fauth",
    "https://seller.example/oauth%2F",
    "https://seller.example/oauth?iss=x",
    "https://seller.example/oauth&x=1",
    "https://@seller.example/oauth",
    "https://seller.example/oauth ",
    " https://seller.example/oauth",
    "https://seller.example/oauth?x=1",
    "https://seller.example/oauth?",
    "https://seller.example/oauth;p",
    "https://seller.example/oauth#f",
    "https://seller.example/oauth#",
    "https://seller.example/oauth/",
    "https://seller.example/OAuth",
    "https://seller.example/oauth/../oauth",
    "https://seller.example:8443/oauth",
    "https://user@seller.example/oauth",
    "https://seller.example@evil.example/oauth",
    "https://evil.example/oauth",
    "https://seller.example.evil.example/oauth",
    "https://evil.seller.example/oauth",
    "http://seller.example/oauth",
    "https:seller.example/oauth",
    "//seller.example/oauth",
    "/oauth",
    "javascript:alert(1)//seller.example/oauth",
    "data:text/html,hello",
    "https://[::1",
    "https://seller.example\\@evil.example/oauth",
    "https://seller.example/oauth\n",
]


@pytest.mark.parametrize("address", VARIANTS)
def test_an_address_that_is_not_the_registered_one_byte_for_byte_gets_nothing(app, account, address):
    for response in (
        flow.ask(app, account, redirect_uri=address),
        flow.answer(app, account, redirect_uri=address),
        flow.answer(app, account, allow=False, redirect_uri=address),
        Client().get("/oauth/authorize/", flow.request_of(app, redirect_uri=address)),
    ):
        assert response.status_code == 400
    assert not Grant.objects.exists()


def test_an_empty_address_gets_nothing_either(app, account):
    assert flow.ask(app, account, redirect_uri="").status_code == 400
    assert "Location" not in flow.answer(app, account, redirect_uri="")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("address", [*VARIANTS, ""])
def test_a_code_is_exchanged_for_the_very_address_that_it_was_sent_to(app, account, address):
    code = flow.get_code(app, account)
    assert flow.exchange(app, code, redirect_uri=address).status_code == 400


@pytest.mark.parametrize(
    ("registered", "sent", "status"),
    [
        ("http://localhost:3000/back", "http://localhost:3000/back", 200),
        ("http://127.0.0.1/back", "http://127.0.0.1:49152/back", 200),
        ("http://[::1]/back", "http://[::1]:49152/back", 200),
        ("http://127.0.0.1/back", "http://127.0.0.1/other", 400),
        ("http://127.0.0.1/back", "http://127.0.0.1.evil.example/back", 400),
        ("http://seller.example/back", "http://seller.example/back", 400),
        ("http://127.0.0.1:80/back", "http://127.0.0.1/back", 200),
        ("http://localhost/back?a=1", "http://localhost:3000/back?a=1", 200),
        ("http://localhost/back", "http://LOCALHOST:3000/back", 400),
        ("http://localhost/back", "http://127.0.0.1/back", 400),
        ("http://localhost/back", "http://localhost:3000/back?a=1", 400),
        ("http://localhost/back", "http://localhost:3000/back;p", 400),
        ("http://localhost/back", "http://localhost:3000/back#f", 400),
        ("http://localhost/back", "http://user@localhost:3000/back", 400),
        ("http://localhost/back", "http://localhost:3000:3000/back", 400),
        ("http://localhost/back", "http://localhost:x/back", 400),
        (
            "https://seller.example/?a=http://localhost:1/",
            "https://seller.example/?a=http://localhost:2/",
            400,
        ),
        ("https://user@seller.example/back", "https://user@seller.example/back", 400),
        ("https://seller.example/back#f", "https://seller.example/back#f", 400),
    ],
)
def test_http_is_for_the_own_machine_only(account, registered, sent, status):
    app = flow.ClientFactory(redirect_uris=registered)
    assert flow.ask(app, account, redirect_uri=sent).status_code == status
    answered = flow.answer(app, account, redirect_uri=sent)
    assert answered.status_code == (302 if status == 200 else 400)
    if status == 200:
        assert flow.exchange(app, flow.query_of(answered)["code"], redirect_uri=sent).status_code == 200


@pytest.mark.parametrize(
    ("uris", "valid"),
    [
        ("https://seller.example/a https://seller.example/b", True),
        ("http://localhost:3000/back", True),
        ("http://seller.example/a", False),
        ("https://seller.example/a http://seller.example/b", False),
        ("https://user@seller.example/a", False),
        ("https://seller.example/a#f", False),
    ],
)
def test_an_operator_cannot_register_http_elsewhere(uris, valid):
    app = flow.ClientFactory(redirect_uris=uris, algorithm=Application.NO_ALGORITHM)
    if valid:
        app.clean()
    else:
        with pytest.raises(Exception, match=r"Only https|fragment not allowed"):
            app.clean()


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "0" * 32},
        {"client_id": None},
        {"client_id": "x" * 5000},
        {"scope": "x" * 5000},
        {"state": "x" * 5000},
        {"nonce": "x" * 300},
        {"claims": "{"},
        {"resource": "https://elsewhere.example/"},
        {"ui_locales": "de"},
        {"prompt": "create"},
        {"prompt": "none"},
        {"response_mode": "fragment"},
        {"request": "x"},
        {"scope": "billing_manage\x7f"},
    ],
)
def test_odd_parameters_never_break_the_server(app, account, changed):
    for response in (flow.ask(app, account, **changed), flow.answer(app, account, **changed)):
        assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize(
    "query", ["%zz", "client_id=a&client_id=b", "a=%ff", "a=%00", "&&&", "=", "x" * 4000]
)
def test_odd_queries_never_break_the_server(account, query):
    response = flow.browser_of(account).get(f"/oauth/authorize/?{query}")
    assert response.status_code == 400


def test_a_disabled_application_cannot_ask(app, account):
    page = flow.ask(app, account)
    assert page.status_code == 200
    Application.objects.filter(pk=app.pk).update(is_active=False)
    assert flow.ask(app, account).status_code == 400
    assert flow.answer(app, account).status_code == 400
