"""Headers that keep browsers safe are on the answers of every door; over TLS nothing goes in the clear."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from billing_site import paths

pytestmark = pytest.mark.django_db

PAGES = ["/", "/login/", "/admin/login/", "/docs/", "/console/sign-up/", "/nowhere/"]
APIS = [
    "/v2/direct_charge/livechat",
    "/v1/companies",
    "/api/v01/plans/~find",
    "/oauth/token/",
    "/nowhere.json",
]
OVER_TLS = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_REDIRECT_EXEMPT": [f"^({paths.API})"],
}


@pytest.mark.slow
@pytest.mark.parametrize("path", [*PAGES, *APIS])
def test_no_browser_guesses_a_type_or_tells_others_an_address(path):
    answer = Client().get(path, headers={"Accept": "text/html"})
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert (
        answer["Content-Type"].startswith(("text/html; charset=utf-8", "application/")) or not answer.content
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_plugin_moves_no_base_and_is_framed_by_nobody(path):
    policy = Client().get(path, headers={"Accept": "text/html"}, follow=True)["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules.get("object-src", rules["default-src"]) == "'none'"
    assert (rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'none'")
    assert "unsafe-inline" not in rules.get("script-src", rules["default-src"])
    assert "*" not in policy


@pytest.mark.parametrize("path", [*PAGES, *APIS])
def test_nothing_answers_to_trace(path):
    assert Client().generic("TRACE", path).status_code >= 400


def test_over_tls_pages_lead_there_programs_are_refused_and_browsers_remember(settings):
    for name, value in OVER_TLS.items():
        setattr(settings, name, value)
    assert Client().get("/login/")["Location"] == "https://testserver/login/"
    for path in ("/v2/direct_charge/livechat", "/v1/companies", "/api/v01/plans/~find"):
        assert Client().get(path, headers={"Authorization": "Bearer secret"}).status_code == 403
    safe = Client().get("/login/", secure=True)
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("password", ["a" * 11, "password1234", "123456789012345"])
def test_a_short_a_common_and_a_numeric_password_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["only small letters", "ÄÖÜ 🙂🙂 ABC?! ", "x1" * 100])
def test_any_other_password_of_12_to_200_characters_is_taken(password):
    validate_password(password)


def test_passwords_are_hashed_with_the_rounds_that_owasp_asks_for():
    assert PBKDF2PasswordHasher.iterations >= 600_000
    assert settings.SESSION_COOKIE_AGE == 12 * 3600


@pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/console/sign-up/"])
def test_passwords_are_typed_hidden_and_may_come_from_a_manager(path):
    page = Client().get(path).content.decode()
    (field,) = [part for part in page.split("<input")[1:] if 'name="password"' in part.partition(">")[0]]
    assert 'type="password"' in field
    assert 'autocomplete="off"' not in field
