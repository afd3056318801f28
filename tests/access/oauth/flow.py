"""An application's side of the OAuth flows, for tests."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from operations.factories import ApplicationFactory

VERIFIER = "a-verifier-that-only-the-application-knows-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SECRET = "an-application-secret-made-up-for-tests"
REDIRECT = "https://seller.example/oauth"


class ClientFactory(ApplicationFactory):
    """An app whose secret the tests know."""

    client_secret = SECRET


def browser_of(account):
    browser = Client()
    browser.force_login(account.user)
    return browser


def request_of(app, **changed):
    """The parameters of an authorization request; None leaves one out."""
    parameters = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": REDIRECT,
        "scope": "billing_manage",
        "state": "a-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changed
    return {name: value for name, value in parameters.items() if value is not None}


def ask(app, account, **changed):
    """Open the consent page."""
    return browser_of(account).get("/oauth/authorize/", request_of(app, **changed))


def answer(app, account, allow=True, **changed):
    """Send the form of the consent page."""
    form = request_of(app, **changed) | ({"allow": "true"} if allow else {})
    return browser_of(account).post("/oauth/authorize/", form)


def query_of(response):
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def get_code(app, account, **changed):
    return query_of(answer(app, account, **changed))["code"]


def post(path, **parameters):
    body = {name: value for name, value in parameters.items() if value is not None}
    return Client().post(path, body)


def exchange(app, code, /, **changed):
    """Ask for tokens with a code."""
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "client_id": app.client_id,
        "client_secret": SECRET,
        "code_verifier": VERIFIER,
    }
    return post("/oauth/token/", **(parameters | changed))


def refresh(app, refresh_token, /, **changed):
    parameters = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": app.client_id,
        "client_secret": SECRET,
    }
    return post("/oauth/token/", **(parameters | changed))


def get_tokens(app, account, **changed):
    """The whole way to the tokens."""
    return exchange(app, get_code(app, account, **changed)).json()
