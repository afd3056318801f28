"""The OAuth consent page, and what Allow and Deny send to the application."""

import pytest
from django.test import Client

from operations.factories import AccountFactory, ApplicationFactory
from tests.desk import consent_link, log_in, text_of


@pytest.fixture
def page(desk):
    return desk.browser.get(consent_link(desk.app))


def test_it_says_who_asks_for_whom_and_for_what(page):
    text = text_of(page)
    assert "Report Builder by Paper Kites Ltd Allow Report Builder?" in text
    assert "It can then act for you at Harbour Lane Dental until you or the app ends its access." in text
    assert "Make and manage charges for LiveChat apps that your organisation pays for" in text
    assert "Read your organisation's earnings and balance" in text
    assert "HelpDesk" not in text
    assert "It cannot accept payments for you." in text
    assert "You are logged in as dana@buyer.example." in text


def test_the_form_may_lead_back_to_the_application(page):
    assert "form-action 'self' https://seller.example" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def press(browser, page, **fields):
    form = {name: value for name, value in page.context["form"].initial.items() if value}
    return browser.post("/oauth/authorize/", form | fields)


def test_allow_sends_a_code_to_the_application(desk, page):
    answer = press(desk.browser, page, allow="true")
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://seller.example/oauth?code=")


def test_deny_sends_an_error_to_the_application(desk, page):
    answer = press(desk.browser, page)
    assert answer["Location"].startswith("https://seller.example/oauth?error=access_denied")


def test_an_application_of_the_marketplace_itself_makes_no_false_promise(desk):
    app = ApplicationFactory(first_party=True)
    assert "It cannot accept" not in text_of(desk.browser.get(consent_link(app)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "0" * 32},
        {"client_id": "<script>"},
        {"redirect_uri": "https://evil.example/oauth"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_a_request_of_a_stranger_is_a_page_that_leads_nowhere(desk, wrong):
    page = desk.browser.get(consent_link(desk.app, **wrong))
    assert page.status_code == 400
    assert "This request cannot be answered" in text_of(page)
    assert "form-action 'self';" in page["Content-Security-Policy"] + ";"
    assert b"evil.example" not in page.content.split(b"<main", 1)[1]
    assert b"<script>" not in page.content


def test_a_stranger_is_asked_to_log_in(desk):
    assert Client().get(consent_link(desk.app))["Location"].startswith("/login/?next=/oauth/authorize/")


def test_an_incomplete_form_says_so(desk, page):
    answer = desk.browser.post("/oauth/authorize/", {"allow": "true"})
    assert answer.status_code == 200
    assert "Go back to the app and start again." in text_of(answer)


def test_the_page_is_for_the_organisation_of_who_is_logged_in(desk):
    other = AccountFactory()
    text = text_of(log_in(other).get(consent_link(desk.app)))
    assert other.organization.name in text
    assert "Harbour Lane" not in text
