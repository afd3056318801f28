"""A timeline tells what became of money: refunds, second people, reviews, disputes, postings."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from approvals.four_eyes import reject_approval
from backoffice.audit import note_act
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge, ReviewOutcome
from charges.refunds.decide import approve_refund
from charges.write_off import write_off_charge
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.approvals.asking import approver
from tests.backoffice.timelines import details, lines
from tests.charges.attempt_review.reviewing import NEVER_CAME, doubtful, review
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.scripted_gateway import report

pytestmark = pytest.mark.django_db


def dispute(charge, status=DisputeStatus.OPENED, amount=None):
    said = report(charge, status=status, reference=f"dp_{charge.pk}", fee=1_500, amount=amount)
    record_dispute(Asked("sandbox", said, clock.now()))


def test_a_refund_is_told_as_money_that_went_back(staff):
    charge = paid(1_250)
    refund = pay_out(ask(charge))
    of_charge, of_refund = lines(staff, charge)[0], lines(staff, refund)[0]
    for what in (
        "12.50 USD asked back by anna of the staff",
        "12.50 USD given back: Refunded",
        "12.50 USD to be given back by sandbox",
        "sandbox answered: Refunded",
        "12.50 USD booked: Refund",
    ):
        assert what in of_charge
    assert not [line for line in of_charge if "to be given back: " in line]
    assert {"12.50 USD to be given back: Extension", "Refunded"} <= set(of_refund)
    assert "Collected" not in of_refund


def test_a_refund_under_way_or_failed_is_not_told_as_made(staff):
    charge = paid(1_250)
    refund = ask(charge)
    assert "12.50 USD to be given back: Being refunded" in lines(staff, charge)[0]
    assert Charge.objects.get(public_id=refund.public_id).status == "processed"
    refused = paid(1_250, card="tok_test_refund_refused")
    pay_out(ask(refused))
    assert "12.50 USD not given back: Could not be refunded" in lines(staff, refused)[0]


def test_buyer_and_seller_neither_buy_nor_sell_a_refund(staff):
    charge = paid(1_250)
    pay_out(ask(charge))
    bought, sold = lines(staff, charge.buyer)[0], lines(staff, charge.payee)[0]
    assert [line for line in bought if "Bought" in line] == ["Bought Extension for 12.50 USD: Collected"]
    assert "Refund of Extension, 12.50 USD given back to it: Refunded" in bought
    assert [line for line in sold if "Sold" in line] == ["Sold Extension for 12.50 USD: Collected"]
    assert "Refund of Extension, 12.50 USD given back to the buyer: Refunded" in sold


def test_a_subscription_tells_attempts_postings_and_refunds_of_its_payments(staff):
    subscription = SubscriptionFactory(active=True)
    [charge] = subscription.charges.all()
    pay_out(ask(charge, 500))
    found, _ = lines(staff, subscription)
    for what in (
        "19.00 USD: payment collected",
        "19.00 USD asked of sandbox",
        "sandbox answered: Captured",
        "19.00 USD booked: Collection",
        "5.00 USD asked back by anna of the staff",
        "5.00 USD given back: Refunded",
        "5.00 USD to be given back by sandbox",
        "5.00 USD booked: Refund",
    ):
        assert what in found


def test_a_large_refund_tells_who_asked_who_approved_and_who_rejected(staff):
    charge = paid(60_000)
    rejected, person = ask(charge, 55_000), approver()
    assert details(staff, charge)["550.00 USD asked back by anna of the staff"] == [
        "It does not work. · waits for a second person"
    ]
    reject_approval(approval=rejected.approval, decided_by=person, reason="Ask the seller first.")
    approved = ask(charge, 60_000)
    approve_refund(approved.approval, decided_by=person)
    found = details(staff, charge)
    assert found["550.00 USD asked back by anna of the staff"] == ["It does not work. · was rejected"]
    assert found["600.00 USD asked back by anna of the staff"] == ["It does not work."]
    assert found[f"Refund, 550.00 USD: rejected by {person} of the staff"] == ["Ask the seller first."]
    assert f"Refund, 600.00 USD: approved by {person} of the staff" in found
    assert f"Refund, 600.00 USD: approved by {person} of the staff" in details(staff, charge.payee)


def test_a_review_tells_who_settled_an_attempt_and_why(staff):
    attempt, person = doubtful(), UserFactory(username="cleo", staff=True)
    review(attempt, ReviewOutcome.ASK_AGAIN, person=person, reason="Its page was down.")
    [why] = details(staff, attempt.charge)["cleo of the staff settled 2.00 USD: Ask the processor again"]
    assert why.startswith("Its page was down. · It has moved 2.00 USD, under the name ")


def test_a_decision_that_waits_for_a_second_person_is_told(staff):
    attempt, person = doubtful(NEVER_CAME), UserFactory(username="cleo", staff=True)
    review(attempt, ReviewOutcome.NOT_CAPTURED, person=person)
    assert details(staff, attempt.charge)[
        "Decision about an attempt, 2.00 USD: cleo of the staff asked a second person"
    ] == ["Seen in the dashboard. · waits for a second person"]


def test_a_large_write_off_tells_who_asked_for_it(staff):
    charge = SubscriptionFactory(retried=True, price_minor=60_000).charges.get()
    person = UserFactory(username="cleo", staff=True)
    write_off_charge(charge_id=charge.pk, reason="Out of business.", requested_by=person)
    assert details(staff, charge)["Write-off, 600.00 USD: cleo of the staff asked a second person"] == [
        "Out of business. · waits for a second person"
    ]


def test_a_dispute_tells_its_beginning_and_its_end_to_all(staff):
    charge = paid(1_250)
    dispute(charge)
    dispute(charge, DisputeStatus.LOST)
    for subject in (charge, charge.buyer, charge.payee):
        found, _ = lines(staff, subject)
        assert "12.50 USD taken back by the payer's bank: a dispute" in found
        assert "Dispute over 12.50 USD: Lost" in found
    assert "12.50 USD booked: Dispute: taken back by the payer's bank" in lines(staff, charge)[0]
    assert "15.00 USD booked: Fee of a processor" in lines(staff, charge)[0]


def test_a_seller_tells_by_how_much_more_or_less_it_is_owed(staff):
    charge = paid(1_000)
    pay_out(ask(charge, 500))
    found, page = lines(staff, charge.payee)
    assert "8.00 USD more owed to it: Collection" in found
    assert "4.00 USD less owed to it: Refund" in found
    assert "10.00 USD booked: Collection" in lines(staff, charge.buyer)[0]
    assert "10.00 USD booked: Collection" not in found
    assert "-4.00 USD" not in page


def test_acts_of_staff_on_attempts_disputes_and_refunds_say_what_they_are_on(staff):
    charge, cleo = paid(1_250), UserFactory(username="cleo", staff=True)
    refund = pay_out(ask(charge, 250))
    dispute(charge, amount=1_000)
    for row in (charge, charge.attempts.get(), charge.disputes.get(), refund):
        note_act(cleo, row, "looked into it")
    found, _ = lines(staff, charge)
    for on in ("", " (on the attempt)", " (on the dispute)", " (on the refund)"):
        assert f"cleo of the staff{on}: looked into it" in found


def test_who_sees_charges_alone_reads_nothing_of_attempts_approvals_disputes_and_books(staff):
    charge = paid(60_000)
    approve_refund(ask(charge, 55_000).approval, decided_by=approver())
    dispute(charge, amount=1_250)
    attempt = doubtful(NEVER_CAME)
    review(attempt, ReviewOutcome.NOT_CAPTURED, person=UserFactory(username="cleo", staff=True))
    person = UserFactory(staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename="view_charge"))
    browser = Client()
    browser.force_login(person)
    found, hidden = details(browser, charge), ("approved", "sandbox", "booked", "dispute", "Dispute")
    assert {"550.00 USD asked back by anna of the staff", "Collected"} <= set(found)
    assert not [line for line in found if any(word in line for word in hidden)]
    assert not [line for line in details(browser, attempt.charge) if "second person" in line]
    told = {*details(staff, charge), *details(staff, attempt.charge)}
    assert all(any(word in line for line in told) for word in (*hidden, "second person"))


def test_an_organisation_that_sells_to_itself_reads_each_line_once(staff):
    owner = AccountFactory(has_billing_role=True)
    app = ApplicationFactory(organization=owner.organization)
    charge = paid(60_000, caller=CallerFactory(account=owner, application=app))
    approve_refund(ask(charge, 55_000).approval, decided_by=approver())
    dispute(charge, amount=1_250)
    dispute(charge, DisputeStatus.LOST, amount=1_250)
    cleo = UserFactory(username="cleo", staff=True)
    for row in (charge, charge.disputes.get()):
        note_act(cleo, row, "looked into it")
    found = lines(staff, owner.organization)[0]
    assert len(found) == len(set(found)), found
    for what in (
        "Bought Extension for 600.00 USD: Collected",
        "Sold Extension for 600.00 USD: Collected",
        "550.00 USD asked back by anna of the staff",
        "12.50 USD taken back by the payer's bank: a dispute",
        "Dispute over 12.50 USD: Lost",
        "cleo of the staff (on the payment): looked into it",
        "cleo of the staff (on the dispute): looked into it",
    ):
        assert what in found


def test_test_money_is_marked_where_live_money_stands_beside_it(staff):
    charge = paid(1_000, test=True)
    pay_out(ask(charge, 500))
    bought, sold = lines(staff, charge.buyer)[0], lines(staff, charge.payee)[0]
    for what in (
        "Sold Extension for 10.00 USD (test money): Collected",
        "8.00 USD (test money) more owed to it: Collection",
        "4.00 USD (test money) less owed to it: Refund",
    ):
        assert what in sold
    assert "Bought Extension for 10.00 USD (test money): Collected" in bought
    assert "Refund of Extension, 5.00 USD (test money) given back to it: Refunded" in bought
    assert "10.00 USD (test money) booked: Collection" in bought
    subscription = SubscriptionFactory(test=True)
    [said] = [line for line in lines(staff, subscription.buyer)[0] if line.startswith("Subscription")]
    assert "19.00 USD (test money) a period" in said
