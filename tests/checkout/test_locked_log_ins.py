"""A log-in that strangers have closed, and the ways back in for its owner."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from access.models import LogInCounter
from access.tasks import mail_link
from access.unlock_links import request_unlock_link
from core import clock
from operations.factories import UserFactory
from tests.desk import text_of

pytestmark = pytest.mark.django_db

NAME, PASSWORD = "dana@buyer.example", "correct horse battery"


@pytest.fixture(autouse=True)
def person():
    return UserFactory(username=NAME, email=NAME, password=PASSWORD)


def log_in(browser=None, password=PASSWORD, name=NAME, path="/login/", **extra):
    return (browser or Client()).post(path, {"username": name, "password": password}, **extra)


@pytest.fixture
def capturing(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def locked():
    """Strangers have tried ten passwords from ten addresses; the clock is right after that."""
    now = clock.now()
    for number in range(10):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            log_in(password="wrong", REMOTE_ADDR=f"203.0.113.{number}")
    with clock.travel_to(now + timedelta(seconds=1)):
        yield


@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
def test_the_third_wrong_password_in_a_row_has_to_wait(path):
    statuses = [log_in(password="wrong", path=path).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    page = log_in(path=path)
    assert (page.status_code, page["Retry-After"]) == (429, "1")
    assert "Try again in 1 second." in text_of(page)
    assert page["X-Frame-Options"] == "DENY"
    with clock.travel_to(clock.now() + timedelta(seconds=2)):
        assert log_in(path=path).status_code in (200, 302)


def test_a_closed_log_in_says_for_how_long_and_offers_a_link(locked):
    page = log_in(name="DANA@buyer.example")
    assert page.status_code == 429
    assert "cannot use this log-in for 30 minutes" in text_of(page)
    assert f'<input type="hidden" name="username" value="{NAME}">' in page.content.decode().lower()


def test_a_name_of_nobody_is_closed_alike():
    now, pages = clock.now(), []
    for _ in range(12):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            pages.append(log_in(name="nobody@buyer.example", password="wrong", REMOTE_ADDR="203.0.113.1"))
    assert [page.status_code for page in pages] == [200] * 10 + [429] * 2
    assert "We can e-mail you a link" in text_of(pages[-1])


def test_others_can_log_in_meanwhile(locked):
    UserFactory(username="kim@buyer.example", password=PASSWORD)
    assert log_in(name="kim@buyer.example").status_code == 302


@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
def test_a_browser_that_has_logged_in_before_gets_in(path, person):
    person.is_staff = path.startswith("/admin")
    person.save()
    browser, now = Client(), clock.now()
    assert log_in(browser, path=path).status_code == 302
    assert browser.cookies["device"]["httponly"]
    for number in range(10):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            log_in(password="wrong", path=path, REMOTE_ADDR=f"203.0.113.{number}")
    browser.cookies.pop("session")
    with clock.travel_to(now):
        assert log_in(path=path).status_code == 429
        assert log_in(browser, path=path).status_code == 302


def test_a_known_browser_is_not_known_for_another_name(locked):
    UserFactory(username="kim@buyer.example", password=PASSWORD)
    browser = Client()
    assert log_in(browser, name="kim@buyer.example").status_code == 302
    browser.cookies.pop("session")
    assert log_in(browser).status_code == 429


def test_a_browser_that_two_people_use_is_known_for_both(person):
    UserFactory(username="kim@buyer.example", password=PASSWORD)
    browser = Client()
    for name in (NAME, "kim@buyer.example"):
        log_in(browser, name=name)
        browser.cookies.pop("session")
    for number in range(10):
        LogInCounter.objects.update_or_create(
            kind="name", subject=NAME, defaults={"failures": number + 1, "last_try_at": clock.now()}
        )
    assert log_in(browser).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "\xff", "W10:1:2"])
def test_a_forged_device_is_none(locked, cookie):
    browser = Client()
    browser.cookies["device"] = cookie
    assert log_in(browser).status_code == 429


def get_link() -> str:
    request_unlock_link(name=NAME)
    mail_link(NAME)
    return re.search(r"http://\S+?(/login/open/\?token=\S+)", mail.outbox[-1].body)[1]


def test_a_mailed_link_opens_the_log_in_on_the_device_that_opens_it(locked, capturing):
    with capturing():
        page = Client().post("/login/unlock/", {"username": "Dana@buyer.example"})
    assert "Check your e-mail" in text_of(page)
    link, browser = get_link(), Client()
    assert mail.outbox[-1].to == [NAME]
    assert "Unlock your log-in" in text_of(browser.get(link))
    assert log_in(browser).status_code == 429  # Programs that check mails open links, too.
    assert browser.post(link)["Location"] == "/login/"
    assert log_in(browser).status_code == 302


def test_a_link_works_once(locked):
    link = get_link()
    Client().post(link)
    again = Client().post(link)
    assert (again.status_code, "device" in again.cookies) == (410, False)
    assert "This link has expired" in text_of(again)


def test_a_link_ends_after_half_an_hour(locked):
    link = get_link()
    with clock.travel_to(clock.now() + timedelta(minutes=31)):
        assert Client().post(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "W10:1:2", "é", "a" * 3_000])
def test_a_forged_link_opens_nothing(locked, token):
    assert Client().post(f"/login/open/?token={token}").status_code == 410


def test_mails_go_out_only_for_a_closed_log_in_and_every_ten_minutes(locked):
    before = LogInCounter.objects.get(kind="name", subject=NAME)
    request_unlock_link(name=NAME)
    first = LogInCounter.objects.get(pk=before.pk).link_mailed_at
    request_unlock_link(name=NAME)
    assert LogInCounter.objects.get(pk=before.pk).link_mailed_at == first
    UserFactory(username="kim@buyer.example", email="kim@buyer.example")
    request_unlock_link(name="kim@buyer.example")
    assert not LogInCounter.objects.filter(subject="kim@buyer.example").exists()


def test_a_name_of_nobody_gets_the_same_page_and_no_mail():
    page = Client().post("/login/unlock/", {"username": "nobody@buyer.example"})
    assert "Check your e-mail" in text_of(page)
    mail_link("nobody@buyer.example")
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_only_logged(locked, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail_link(NAME)


def test_a_broker_that_is_away_does_not_break_the_page(locked, monkeypatch, capturing):
    def fail(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr("access.unlock_links.current_app.send_task", fail)
    with capturing(execute=True):
        assert Client().post("/login/unlock/", {"username": NAME}).status_code == 200


def test_nothing_of_a_request_is_kept_but_name_address_time_and_outcome():
    log_in(password="wrong-secret", HTTP_USER_AGENT="a browser", HTTP_REFERER="http://127.0.0.1/?secret=1")
    kept = " ".join(str(row) for row in LogInCounter.objects.values())
    assert NAME in kept
    for secret in ("wrong-secret", "a browser", "secret=1"):
        assert secret not in kept
