"""Logging in, and the page shown afterwards."""

import pytest
from django.test import Client
from django.utils.html import escape

from operations.factories import UserFactory
from tests.desk import consent_link, link, text_of

PASSWORD = "correct horse battery"


@pytest.fixture
def person(desk):
    desk.buyer.user.set_password(PASSWORD)
    desk.buyer.user.save()
    return desk.buyer


def log_in(email="dana@buyer.example", password=PASSWORD, browser=None, **fields):
    data = {"username": email, "password": password, **fields}
    return (browser or Client()).post("/login/", data)


@pytest.mark.parametrize("email", ["dana@buyer.example", "Dana@Buyer.Example", " dana@buyer.example "])
def test_an_email_and_a_password_open_the_account(person, email):
    answer = log_in(email)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")


def test_staff_may_have_a_user_name_in_capitals(db):
    UserFactory(username="Root", password=PASSWORD, staff=True)
    assert log_in("Root").status_code == 302


def test_after_logging_in_one_comes_to_the_charge(person, desk):
    browser = Client()
    ask = browser.get(link(desk.charge))
    page = browser.get(ask["Location"])
    assert f'<input type="hidden" name="next" value="{link(desk.charge)}">' in page.content.decode()
    answer = log_in(browser=browser, next=link(desk.charge))
    assert answer["Location"] == link(desk.charge)
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http://testserver@evil.example",
        "\thttps://evil.example",
        "\x01//evil.example",
    ],
)
def test_one_never_comes_to_another_site(person, target):
    assert log_in(next=target)["Location"] == "/account/"
    browser = Client()
    browser.force_login(person.user)
    assert browser.get("/login/", {"next": target})["Location"] == "/account/"


def test_the_session_gets_a_new_key_at_log_in(person):
    browser = Client()
    session = browser.session
    session["seen"] = True
    session.save()
    log_in(browser=browser)
    assert browser.session.session_key != session.session_key
    assert not session.exists(session.session_key)


def test_on_the_way_to_an_application_the_redirects_start_anew(person, desk):
    page = log_in(next=consent_link(desk.app))
    assert page.status_code == 200
    target = escape(consent_link(desk.app))
    assert f'<meta http-equiv="refresh" content="0; url={target}">' in page.content.decode()
    assert b"<form" not in page.content


def test_the_session_cookie_is_kept_from_scripts_and_foreign_forms(person):
    cookie = log_in().cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("email", "password"), [("dana@buyer.example", "wrong"), ("nobody@buyer.example", PASSWORD), ("", "")]
)
def test_whatever_is_wrong_the_answer_is_the_same(person, email, password):
    page = log_in(email, password)
    assert page.status_code == 200
    assert "The e-mail address and the password do not match." in text_of(page)
    assert 'role="alert"' in page.content.decode()


def test_a_nul_in_the_email_is_just_wrong(person):
    assert log_in("a\x00b").status_code == 200


def test_logging_out_takes_a_post(person):
    browser = Client()
    log_in(browser=browser)
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/account/").status_code == 200
    assert "You are logged out" in text_of(browser.post("/logout/"))
    assert browser.get("/account/").status_code == 302


def test_logging_out_on_a_charge_leads_back_to_it(person, desk):
    assert desk.browser.post("/logout/", {"next": link(desk.charge)})["Location"] == link(desk.charge)
    assert Client().post("/logout/", {"next": "//evil.example"}).status_code == 200


def test_who_is_logged_in_is_not_asked_again(desk):
    assert desk.browser.get("/login/")["Location"] == "/account/"


@pytest.mark.parametrize("form", ["/account/preferences/", "/account/cards/add/", "/console/mode/"])
def test_who_sends_a_form_after_the_session_has_ended_comes_back_to_its_page(person, form):
    browser = Client()
    asked = browser.post(form, headers={"Referer": "http://testserver/account/cards/?before=1#top"})
    assert asked["Location"] == "/login/?next=/account/cards/%3Fbefore%3D1"
    answer = log_in(browser=browser, next="/account/cards/?before=1")
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("page", ["http://evil.example/account/", "http://[", "http://testserver:x/", ""])
def test_a_page_of_others_is_no_way_back(person, page):
    asked = Client().post("/account/preferences/", headers={"Referer": page})
    assert asked["Location"] == "/login/?next=/account/preferences/"
