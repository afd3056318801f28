"""Staff see what payers' banks took back, and hand in evidence as one file."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from charges.disputes.record import Asked, record_dispute
from charges.hints.store import store_hints
from core import clock
from events.models import Event
from gateway.hints import DisputeStatus, Hint, Subject
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory, SubscriptionFactory, UserFactory
from tests.charges.scripted_gateway import report
from tests.subscriptions.clients import subscribe
from tests.subscriptions.stories import at
from tests.webhooks.steps import make_endpoint
from webhooks.fan_out import deliver_to

pytestmark = pytest.mark.django_db

NAME = 'Straße "7" <script>alert(1)</script>'


def dispute_of(charge, status=DisputeStatus.OPENED, **said):
    said = report(charge, status=status, evidence_due_by=clock.now(), **said)
    return record_dispute(Asked("sandbox", said, clock.now()))


def address(dispute, page="change"):
    return reverse(f"admin:charges_dispute_{page}", args=[dispute.pk])


def read(staff, path):
    answer = staff.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_and_the_page_say_what_to_do_until_when(staff):
    dispute = dispute_of(ChargeFactory(collected=True))
    for page in (read(staff, reverse("admin:charges_dispute_changelist")), read(staff, address(dispute))):
        assert "dp_1" in page
        assert "fraudulent" in page
        assert f"{dispute.evidence_due_by:%Y-%m-%d %H:%M:%S} UTC" in page
    assert "15.00 USD" in page
    assert "Dispute: taken back by the payer&#x27;s bank" in page


def test_the_first_page_counts_those_to_answer(staff):
    dispute_of(ChargeFactory(collected=True))
    dispute_of(ChargeFactory(collected=True), DisputeStatus.WON, reference="dp_2")
    page = read(staff, "/admin/")
    assert "Disputes to answer" in page
    assert "status__exact=opened" in page


def test_a_charge_leads_to_its_disputes_and_back(staff):
    charge = ChargeFactory(collected=True)
    dispute = dispute_of(charge)
    assert address(dispute) in read(staff, reverse("admin:charges_charge_change", args=[charge.pk]))
    assert reverse("admin:charges_charge_change", args=[charge.pk]) in read(staff, address(dispute))


@pytest.mark.slow
def test_a_dispute_is_found_by_any_of_its_names(staff):
    charge = ChargeFactory(collected=True)
    dispute = dispute_of(charge)
    attempt = charge.attempts.get()
    dispute_of(ChargeFactory(collected=True), reference="dp_other")
    names = (dispute.reference, attempt.gateway_reference, attempt.key, charge.public_id, dispute.public_id)
    for name in names:
        page = read(staff, reverse("admin:charges_dispute_changelist", query={"q": str(name)}))
        assert address(dispute) in page
        assert "dp_other" not in page


def test_a_ledger_transaction_of_a_dispute_leads_to_the_charge(staff):
    charge = ChargeFactory(collected=True)
    dispute_of(charge)
    page = read(staff, reverse("admin:ledger_ledgertransaction_changelist"))
    assert page.count("dispute:") == 2
    for transaction in LedgerTransaction.objects.filter(kind__in=["dispute_opened", "fee"]):
        shown = read(staff, reverse("admin:ledger_ledgertransaction_change", args=[transaction.pk]))
        assert reverse("admin:charges_charge_change", args=[charge.pk]) in shown


def test_an_event_says_why_nothing_was_done(staff):
    store_hints(gateway="sandbox", hints=[Hint("evt_1", Subject.CARD, "pm_1")])
    page = read(staff, reverse("admin:charges_processorevent_changelist", query={"q": "pm_1"}))
    assert "evt_1" in page


def test_evidence_is_one_file_with_the_consent_word_for_word(staff):
    charge = ChargeFactory(collected=True, name=NAME)
    answer = staff.get(address(dispute_of(charge), "evidence"))
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-dp_1.html"'
    assert answer["Content-Type"].startswith("text/html")
    file = answer.content.decode()
    assert charge.acceptance.terms_hash in file
    assert "The SHA-256 of this text is the fingerprint above." in file
    assert "192.0.2.1" in file
    assert charge.buyer_account.email in file
    assert charge.attempts.get().gateway_reference in file
    assert "<script>" not in file
    assert "src=" not in file
    assert "href=" not in file


def test_evidence_says_what_the_sellers_application_was_told(staff):
    charge = ChargeFactory(collected=True)
    endpoint = make_endpoint(charge.order_application, "https://seller.example/hooks")
    deliver_to(endpoint, Event.objects.filter(object_id=charge.public_id))
    file = read(staff, address(dispute_of(charge), "evidence"))
    assert "<td>A charge was collected</td>" in file
    assert "<td>seller.example</td><td>waiting</td>" in file


def test_evidence_of_a_period_holds_the_consent_to_the_subscription_and_earlier_payments(staff):
    subscription = SubscriptionFactory(activated=True, at=clock.now())
    at(clock.now())
    charge = subscription.charges.get()
    file = read(staff, address(dispute_of(charge), "evidence"))
    assert subscription.acceptance.terms_hash in file
    assert "every month" in file


def test_evidence_of_a_merchants_customer_says_who_holds_the_consent(staff):
    charge = subscribe(at=clock.now()).charges.get()
    at(clock.now())
    charge.refresh_from_db()
    assert "The customer agreed with the merchant" in read(staff, address(dispute_of(charge), "evidence"))


def test_evidence_is_for_those_who_may_see_all_that_it_holds():
    dispute = dispute_of(ChargeFactory(collected=True))
    user = UserFactory(username="clerk", is_staff=True)
    client = Client()
    for names, expected in (
        (["view_charge"], 403),
        (["view_dispute"], 403),
        (["view_dispute", "view_charge", "view_attempt"], 200),
    ):
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        assert client.get(address(dispute, "evidence")).status_code == expected
    assert Client().get(address(dispute, "evidence")).status_code == 302


def test_a_dispute_that_is_not_there_has_no_evidence(staff):
    assert staff.get("/admin/charges/dispute/7/evidence/").status_code == 404
