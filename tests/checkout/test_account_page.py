"""The account page lists the charges that await a decision."""

from datetime import timedelta

from django.test import Client

from core import clock
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, UserFactory
from tests.desk import bring_to, link, log_in, text_of


def test_it_says_who_one_is(desk):
    text = text_of(desk.browser.get("/account/"))
    assert "Logged in as dana@buyer.example" in text
    assert "Organisation Harbour Lane Dental" in text
    assert "Role Billing" in text
    assert "administration" not in text


def test_it_leads_those_to_the_console_whose_organisation_has_an_application(desk):
    assert "Open the console" not in text_of(desk.browser.get("/account/"))
    seller = log_in(AccountFactory(organization=desk.app.organization))
    assert "Open the console" in text_of(seller.get("/account/"))


def test_it_lists_what_awaits_a_decision_newest_first(desk):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    newer = ChargeFactory(caller=caller, name="Newer", test=True)
    decided = ChargeFactory(caller=caller, name="Decided")
    bring_to(decided, "declined")
    ChargeFactory(name="Somebody else's")
    with clock.travel_to(clock.now() - timedelta(days=31)):
        ChargeFactory(caller=caller, name="Too old")
    page = desk.browser.get("/account/")
    text = text_of(page)
    assert "Newer Test Report Builder" in text
    assert "100 extra reports Report Builder" in text
    assert text.index("Newer") < text.index("100 extra reports")
    for absent in ("Decided", "Somebody", "Too old"):
        assert absent not in text
    for charge in (newer, desk.charge):
        assert f'href="{link(charge)}"' in page.content.decode()


def test_it_lists_at_most_twenty(desk, django_assert_num_queries):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    for number in range(21):
        ChargeFactory(caller=caller, name=f"Number {number}.")
    with django_assert_num_queries(11):
        page = desk.browser.get("/account/")
    assert page.content.decode().count("/?id=") == 20
    assert "Number 20." in text_of(page)
    assert "Number 0." not in text_of(page)


def test_without_the_billing_role_no_charges_are_listed(desk):
    colleague = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    text = text_of(log_in(colleague).get("/account/"))
    assert "Member without the billing role" in text
    assert "100 extra reports" not in text


def test_staff_are_shown_the_way_to_the_administration(db):
    staff = UserFactory(username="root", staff=True)
    browser = Client()
    browser.force_login(staff)
    page = browser.get("/account/")
    assert "Logged in as root" in text_of(page)
    assert b'href="/admin/"' in page.content


def test_a_stranger_is_asked_to_log_in(db):
    assert Client().get("/account/")["Location"] == "/login/?next=/account/"
