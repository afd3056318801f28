"""People see where they are logged in, and end one or all other sessions."""

from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from access.models import OpenSession
from access.tasks import purge
from checkout.device_words import name_device
from core import clock
from operations.factories import AccountFactory
from tests.desk import log_in, text_of

PAGE = "/account/devices/"
PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return AccountFactory(user__password=PASSWORD, has_billing_role=False)


def log_in_with(person, agent: str) -> Client:
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.7")
    said = {"username": person.user.username, "password": PASSWORD}
    assert browser.post("/login/", said).status_code == 302
    return browser


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("curl/8", "A device that does not name itself"),
        ("Firefox", "Firefox"),
    ],
)
def test_a_device_is_named_in_words(agent, words):
    assert name_device(agent) == words


def test_each_session_is_listed_and_can_be_ended(person):
    here, there = log_in_with(person, FIREFOX), log_in_with(person, EDGE)
    text = text_of(here.get(PAGE))
    assert text.index("Edge on Windows since") < text.index("Firefox on Linux This device since")
    assert "from the address 203.0.113.7" in text
    other = OpenSession.objects.get(agent=EDGE)
    assert here.post(f"{PAGE}{other.public_id}/end/").status_code == 303
    assert there.get(PAGE).status_code == 302
    assert "Edge" not in text_of(here.get(PAGE))
    assert Session.objects.count() == OpenSession.objects.count() == 1


def test_all_others_end_at_once_and_this_one_goes_on(person):
    here = log_in_with(person, FIREFOX)
    others = [log_in_with(person, EDGE), log_in(person)]
    stranger = log_in(AccountFactory())
    assert here.post(f"{PAGE}end-others/").status_code == 303
    assert [browser.get(PAGE).status_code for browser in (here, *others, stranger)] == [200, 302, 302, 200]


def test_nobody_ends_the_session_of_somebody_else(person):
    victim, thief = log_in_with(person, FIREFOX), log_in(AccountFactory())
    theirs = OpenSession.objects.get(agent=FIREFOX)
    for public_id in (theirs.public_id, uuid4()):
        assert thief.post(f"{PAGE}{public_id}/end/").status_code == 303
    assert victim.get(PAGE).status_code == 200
    assert "Firefox" not in text_of(thief.get(PAGE))
    assert thief.get(f"{PAGE}{theirs.public_id}/end/").status_code == 405
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert victim.post(f"{PAGE}end-others/", headers=foreign).status_code == 403


def test_a_session_that_ends_by_itself_or_by_logging_out_leaves_nothing(person):
    browser = log_in_with(person, FIREFOX)
    browser.post("/logout/")
    assert not OpenSession.objects.exists()
    log_in_with(person, FIREFOX)
    with clock.travel_to(clock.now().replace(year=clock.now().year + 1)):
        purge()
    assert not OpenSession.objects.exists()


def test_a_browser_names_itself_as_it_likes(person):
    browser = log_in_with(person, f"<b>{'x' * 500}")
    assert OpenSession.objects.get().agent == f"<b>{'x' * 297}"
    assert browser.get(PAGE).status_code == 200
