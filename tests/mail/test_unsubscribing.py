"""Who wants no more of a kind of mails says so with one click, and only with a click."""

import pytest
from django.test import Client

from mail.kinds import OPTIONAL, Kind
from mail.models import Unsubscription
from mail.send import find_reason_to_withhold
from mail.unsubscribing import link_to_unsubscribe, unsubscribe_from_all
from tests.desk import text_of
from tests.mail.steps import queue_some

pytestmark = pytest.mark.django_db

ADDRESS = "kim@marketplace.example"


@pytest.fixture
def link() -> str:
    return link_to_unsubscribe(Kind.STAFF_DIGEST, "Kim@marketplace.example").removeprefix(
        "http://127.0.0.1:8000"
    )


def test_opening_the_link_changes_nothing(link):
    page = Client().get(link)
    assert "Stop these e-mails?" in text_of(page)
    assert ADDRESS in text_of(page)
    assert not Unsubscription.objects.exists()


def test_a_mail_program_unsubscribes_with_one_request_without_cookies(link):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    [mail] = queue_some(to=ADDRESS)
    assert find_reason_to_withhold(mail) == "unsubscribed"
    mail.kind = Kind.RECEIPT
    assert find_reason_to_withhold(mail) is None


def test_the_button_of_the_page_does_the_same_and_takes_it_back(link):
    assert "You no longer get these e-mails" in text_of(Client().post(link))
    assert "You no longer get these e-mails" in text_of(Client().post(link))
    assert Unsubscription.objects.count() == 1
    assert "Stop these e-mails?" in text_of(Client().post(link, {"again": "yes"}))
    assert not Unsubscription.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "é", "gAAAA" * 10, "a" * 3_000])
def test_a_forged_link_stops_nothing(token):
    answer = Client().post("/mail/unsubscribe/?token=" + token)
    assert answer.status_code == 410
    assert not Unsubscription.objects.exists()


def test_what_is_owed_has_no_link(link):
    forged = link_to_unsubscribe(Kind.RECEIPT, ADDRESS).removeprefix("http://127.0.0.1:8000")
    assert Client().post(forged).status_code == 410


def test_the_address_cannot_be_read_from_the_link(link):
    assert "kim" not in link.lower()
    assert "staff_digest" not in link


def test_who_unsubscribes_at_the_provider_gets_none_that_may_be_stopped():
    unsubscribe_from_all("KIM@marketplace.example")
    unsubscribe_from_all(ADDRESS)
    assert set(Unsubscription.objects.values_list("kind", flat=True)) == OPTIONAL
