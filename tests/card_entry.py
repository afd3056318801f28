"""Entering a card at the sandbox, shared by the tests of what comes before and after it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.test import Client

from charges.consent import Decider
from charges.processor.card_entry import BegunEntry, begin_card_entry
from customers.models import Account
from gateway.sandbox_cards import enter_test_card

DONE = "http://testserver/account/cards/done/"
EXPIRES = datetime(2035, 12, 1, tzinfo=UTC)


def decide_as(account: Account) -> Decider:
    """The account in person, on a page."""
    return Decider.on_page(account, ip="192.0.2.1", user_agent="test")


def begin(account: Account) -> BegunEntry:
    """The account opens the processor's page."""
    return begin_card_entry(decider=decide_as(account), return_url=DONE, cancel_url="http://testserver/")


def find_session(url: str) -> str:
    """The sandbox's session in the address of its page."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[-1]


def type_card(url: str, last4: str = "4242") -> None:
    """The buyer presses a button on the sandbox's page."""
    enter_test_card(find_session(url), last4=last4, expires=EXPIRES)


def entered(account: Account, last4: str = "4242") -> UUID:
    """Our id of an entry in which a card was typed, and that is to be finished."""
    entry = begin(account)
    type_card(entry.url, last4)
    return entry.id


def press_test_card(browser: Client, page_url: str, last4: str = "4242", expires: str = "later") -> str:
    """Press a button of the sandbox's page in a browser, and return where it leads."""
    path = urlsplit(page_url).path
    assert browser.get(path).status_code == 200
    answer = browser.post(path, {"card": last4, "expires": expires})
    assert answer.status_code == 303, answer.content
    location: str = answer["Location"]
    return location


def read_entry_id(return_url: str) -> UUID:
    """Our id of the entry in the address to which the processor leads back."""
    return UUID(parse_qs(urlsplit(return_url).query)["session"][0])
