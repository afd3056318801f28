"""The one box finds money by amount, number, card, day and what was sold; for Finance, too."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test import Client

from backoffice.search.lookups import NAMED
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge
from core import clock
from mail.models import Mail
from operations.factories import ChargeFactory, PayoutFactory, SubscriptionFactory, UserFactory
from request_log.entries import STRANGER, Entry
from request_log.write import write_entries
from tests.backoffice.test_search import CHARGES, page_of, search
from tests.backoffice.test_search import sold as sold
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import issue_for
from tests.mail.steps import queue_some


@pytest.mark.slow
def test_papers_payouts_and_disputes_are_found_by_number_reference_and_amount(staff, sold):
    paper = issue_for(sold)
    payout = PayoutFactory(amount_minor=4_242_42, earned_minor=5_000_00, sent=True)
    dispute = record_dispute(Asked("sandbox", report(sold, amount=77_77), clock.now()))
    knows = {
        "Invoices and credit notes": (
            paper,
            [paper.name, paper.name.lower(), str(paper.public_id), "1234.56"],
        ),
        "Payouts": (payout, [payout.reference, str(payout.public_id)[:34], "4242.42", "424242"]),
        "Disputes": (dispute, ["dp_1", str(dispute.public_id)[:34], "77.77", "77.77 USD"]),
    }
    for kind, (row, terms) in knows.items():
        for term in terms:
            assert page_of(row) in search(staff, term)[kind], (kind, term)
    found = search(staff, "1234.57")
    assert not {*knows} & {*found}


@pytest.mark.slow
def test_a_mail_is_found_by_its_address(staff):
    queue_some()
    mail = Mail.objects.get()
    assert page_of(mail) in search(staff, mail.address.upper())["Mails"]
    assert "Mails" not in search(staff, "nobody@nowhere.example")


@pytest.mark.slow
def test_what_was_sold_is_found_by_the_beginnings_of_words(staff, sold):
    subscription = SubscriptionFactory(name="Heatmap, täglicher Export")
    for term in ("heatmap export", "HEAT exp", "export heatmap"):
        assert page_of(sold) in search(staff, term)[CHARGES], term
        assert page_of(subscription) in search(staff, term)["Subscriptions"], term
    assert {*search(staff, "täglich")} == {"Subscriptions"}
    assert search(staff, "eatmap") == search(staff, "heatmap invoices") == {}


@pytest.mark.slow
def test_what_was_sold_long_ago_is_found_by_the_index(staff, sold, monkeypatch):
    monkeypatch.setattr("backoffice.search.lookups.NEWEST", 0)
    assert page_of(sold) in search(staff, "heatmap")[CHARGES]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Of a handful of charges any index on their subscriptions finds those without one.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE charges_charge DROP CONSTRAINT one_charge_per_period")
        words = SearchQuery("'heat':*", config="simple", search_type="raw")
        named = Charge.objects.annotate(words=NAMED).filter(subscription=None, words=words)
        assert "charges_by_words" in named.explain()


@pytest.mark.slow
def test_the_last_four_digits_lead_to_what_was_paid_with_the_card(staff, sold):
    assert page_of(sold) in search(staff, "4242")[CHARGES]
    assert page_of(sold) in search(staff, "visa 4242")[CHARGES]
    assert CHARGES not in search(staff, "4243")


@pytest.mark.slow
def test_a_day_is_that_of_the_readers_time_zone(staff):
    with clock.travel_to(datetime(2026, 3, 10, 23, 30, tzinfo=UTC)):
        charge = ChargeFactory()
    assert page_of(charge) in search(staff, "2026-03-10")[CHARGES]
    assert CHARGES not in search(staff, "2026-03-11")
    staff.post("/admin/time-zone/", {"zone": "Europe/Warsaw"})
    assert page_of(charge) in search(staff, "2026-03-11")[CHARGES]
    assert CHARGES not in search(staff, "2026-03-10")


def log_in_as(role) -> Client:
    person = UserFactory(staff=True)
    person.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.slow
@pytest.mark.parametrize(("role", "sees_requests"), [("Finance", True), ("Viewer", False)])
def test_a_role_finds_money_and_requests_of_programs_only_if_it_may_see_them(sold, role, sees_requests):
    browser = log_in_as(role)
    paper = issue_for(sold)
    found = search(browser, "1234.56")
    assert page_of(sold) in found[CHARGES]
    assert page_of(paper) in found["Invoices and credit notes"]
    for term, kind in ((sold.key, "Ledger transactions"), (sold.attempts.get().key, "Attempts to collect")):
        assert kind in search(browser, term)
    write_entries([Entry(STRANGER, "GET", "/v3/balance", 200, "Order-17", 9, "", None, clock.now())])
    assert ("Requests of programs" in search(browser, "Order-17")) is sees_requests
