"""Staff see whose tries of cards were refused: a number on the first page, a list and a search."""

from datetime import timedelta

import pytest

from charges.models import CardTesting
from charges.models.card_tries import TrySubject
from core import clock
from operations.factories import CustomerFactory

LIST = "/admin/charges/cardtesting/"


def refuse(kind, subject, *, ago=timedelta()):
    at = clock.now() - ago
    return CardTesting.objects.create(
        kind=kind,
        subject=subject,
        caller="service:api-shop",
        tries=25,
        cards=21,
        declines=19,
        refusals=180,
        since=at,
        last_refused_at=at,
    )


def read_number(staff):
    concerns = staff.get("/admin/").context["concerns"]
    [found] = [concern for concern in concerns if "card testing" in concern.title]
    return found


@pytest.mark.slow
def test_the_first_page_counts_who_was_slowed_in_the_last_24_hours(staff):
    assert (read_number(staff).value, read_number(staff).alarming) == ("0", False)
    refuse(TrySubject.CALLER, "service:api-shop")
    refuse(TrySubject.ADDRESS, "192.0.2.7", ago=timedelta(days=2))
    assert (read_number(staff).value, read_number(staff).alarming) == ("1", True)
    assert read_number(staff).address == f"{LIST}?look=lately"


def test_the_list_says_who_how_many_tries_cards_and_declines_and_since_when(staff):
    refuse(TrySubject.CALLER, "service:api-shop", ago=timedelta(hours=3))
    page = staff.get(LIST).content.decode()
    for shown in ("service:api-shop", "Caller", ">25<", ">21<", ">19<", ">180<", "UTC"):
        assert shown in page


@pytest.mark.parametrize("term", ["api-shop", "service:api-shop", " api-shop "])
def test_a_service_user_is_found(staff, term):
    refuse(TrySubject.CALLER, "service:api-shop")
    refuse(TrySubject.ADDRESS, "192.0.2.7")
    found = staff.get(LIST, {"q": term}).context["cl"].result_list
    assert [row.subject for row in found] == ["service:api-shop"]


def test_a_merchant_a_customer_and_an_address_are_found(staff):
    customer = CustomerFactory()
    merchant = customer.merchant.public_id
    refuse(TrySubject.CALLER, f"merchant:{merchant}")
    refuse(TrySubject.CUSTOMER, str(customer.pk))
    refuse(TrySubject.ADDRESS, "192.0.2.7")
    for term, kind in ((merchant, "caller"), (customer.public_id, "customer"), ("192.0.2.7", "address")):
        found = staff.get(LIST, {"q": str(term)}).context["cl"].result_list
        assert [row.kind for row in found] == [kind]


def test_nobody_changes_a_line(staff):
    line = refuse(TrySubject.CALLER, "service:api-shop")
    for path in (f"{LIST}add/", f"{LIST}{line.pk}/delete/"):
        assert staff.get(path).status_code == 403
    assert staff.post(f"{LIST}{line.pk}/change/", {"refusals": "0"}).status_code == 403
