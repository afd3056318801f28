"""Payouts, disputes and papers are found by their seller, attempts and subscriptions by why they failed."""

import csv
import io

import pytest

from bookkeeping.models import Difference
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Dispute
from core import clock
from invoicing.models import TaxPaper
from ledger.models import Month
from ledger.months import open_months
from operations.factories import (
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PayoutAccountFactory,
    PayoutFactory,
    SubscriptionFactory,
)
from payouts.models import Payout
from subscriptions.models import Subscription
from tests.backoffice.list_cells import read_cells
from tests.backoffice.test_admin_lists import address, listed
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import issue_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_what_sellers_are_paid_lose_and_invoice_is_found_by_their_names_and_apps(staff):
    app, sister = ApplicationFactory(name="Heatmaps"), ApplicationFactory(name="Funnels")
    type(sister).objects.filter(pk=sister.pk).update(organization=app.organization)
    sister.refresh_from_db()
    rows = {Dispute: {}, TaxPaper: {}}
    for number, each in enumerate((app, sister, ApplicationFactory(name="Others"))):
        charge = ChargeFactory(collected=True, caller=CallerFactory(application=each))
        rows[TaxPaper][each.name] = issue_for(charge).pk
        said = Asked("sandbox", report(charge, reference=f"dp_{number}"), clock.now())
        rows[Dispute][each.name] = record_dispute(said).pk
    for model, of in rows.items():
        assert listed(staff, model, seller="heatm") == {of["Heatmaps"]}
        assert listed(staff, model, seller=str(app.organization.license_id)) == {
            of["Heatmaps"],
            of["Funnels"],
        }
        assert listed(staff, model, seller="nobody at all") == set()
    mine = PayoutFactory(account=PayoutAccountFactory(organization=app.organization, currency="USD"))
    PayoutFactory()
    assert listed(staff, Payout, seller="heatm") == listed(staff, Payout, seller="funnels") == {mine.pk}


def test_attempts_and_subscriptions_are_found_by_why_they_failed(staff):
    failed = ChargeFactory(failed=True).attempts.get()
    ChargeFactory(collected=True)
    assert listed(staff, Attempt, failure="*") == {failed.pk}
    assert listed(staff, Attempt, failure=failed.code) == {failed.pk}
    assert listed(staff, Attempt, failure="no_such") == set()
    today = f"{clock.now():%Y-%m-%d}"
    assert len(listed(staff, Attempt, sent_at_from=today, sent_at_to=today)) == 2
    assert listed(staff, Attempt, sent_at_to="2026-01-01") == set()
    retried, _ = SubscriptionFactory(past_due=True), SubscriptionFactory(activated=True)
    [code] = retried.charges.exclude(failure_code="").values_list("failure_code", flat=True)
    assert listed(staff, Subscription, failure="*") == {retried.pk}
    assert listed(staff, Subscription, failure=code) == {retried.pk}
    assert listed(staff, Subscription, failure="no_such") == set()


def test_totals_of_subscriptions_are_of_what_recurs(staff):
    terms = {"price_minor": 1_000, "per_account": False}
    SubscriptionFactory(activated=True, **terms)
    SubscriptionFactory(activated=True, **terms)
    SubscriptionFactory(activated=True, frequency="yearly", **terms)
    SubscriptionFactory(**terms)
    totals = staff.get(address(Subscription, amount_from="10")).context["cl"].totals
    assert totals.said == "4 rows"
    assert totals.sums == ["Runs every month 20.00 USD", "Runs every year 10.00 USD"]


def test_differences_lead_with_how_far_both_are_apart(staff):
    PayoutFactory()
    open_months()
    terms = {"month": Month.objects.first(), "gateway": "sandbox", "currency": "USD", "found_at": clock.now()}
    less = Difference.objects.create(
        **terms, kind="amount", reference="a", listed_minor=900, ours_minor=1_000
    )
    ours = Difference.objects.create(**terms, kind="only_ours", reference="b", ours_minor=5_000)
    rows = {row["reference"]: row for row in read_cells(staff.get(address(Difference)))}
    assert [*rows["a"]][:3] == ["apart", "listed", "ours"]
    assert [rows["a"][name] for name in ("apart", "listed", "ours")] == ["-1.00 USD", "9.00 USD", "10.00 USD"]
    assert [rows["b"][name] for name in ("apart", "listed", "ours")] == ["-50.00 USD", "nothing", "50.00 USD"]
    assert listed(staff, Difference, amount_from="9", amount_to="9") == {less.pk}
    assert listed(staff, Difference, amount_from="50") == {ours.pk}
    totals = staff.get(address(Difference, amount_from="1")).context["cl"].totals
    assert totals.sums == ["Amounts -1.00 USD", "Only ours -50.00 USD"]


@pytest.fixture
def differ(db):
    """Return what makes a difference in dollars."""
    PayoutFactory()
    open_months()
    terms = {"month": Month.objects.first(), "gateway": "sandbox", "currency": "USD", "found_at": clock.now()}
    return lambda kind, **changes: Difference.objects.create(**terms | {"kind": kind} | changes)


def test_what_differs_in_its_currency_has_no_amount_and_is_not_small(staff, differ):
    differ("amount", reference="payout", listed_minor=-1_000, ours_minor=-1_000)
    attempt = ChargeFactory(collected=True).attempts.get()
    of_attempt = {"attempt": attempt, "listed_minor": 7, "ours_minor": 9}
    paid = differ("amount", reference="payment", currency="EUR", **of_attempt)
    page = staff.get(address(Difference, amount_from="0"))
    assert [row["apart"] for row in read_cells(page)] == ["two currencies", "two currencies"]
    assert read_cells(page)[0]["ours"] == "0.09 USD"
    assert (page.context["cl"].totals.said, page.context["cl"].totals.sums) == ("2 rows", [])
    file = staff.get(address(Difference, export="csv")).getvalue().decode()
    [row] = [row for row in csv.DictReader(io.StringIO(file)) if row["reference"] == "payment"]
    assert (row["difference"], row["listed_currency"], row["ours_currency"]) == ("", "EUR", "USD")
    ticked = {"action": "settle_small", "_selected_action": [paid.pk]}
    assert "Left out" in staff.post(address(Difference), ticked).content.decode()


def test_what_went_out_is_found_by_its_size_and_fees_are_added_up_alone(staff, differ):
    refund = differ("only_listed", reference="refund", listed_minor=-5_000)
    differ("fee", reference="fee", listed_minor=40, ours_minor=30)
    differ("dispute", reference="dispute", listed_minor=-2_000)
    assert listed(staff, Difference, amount_from="50") == {refund.pk}
    totals = staff.get(address(Difference, amount_to="100")).context["cl"].totals
    assert totals.sums == ["Disputes -20.00 USD", "Fees 0.10 USD", "Only listed -50.00 USD"]
