"""Each figure of the first page is the number of rows behind its link; test money is told beside it."""

from datetime import timedelta

import pytest

from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Dispute
from charges.models.card_tries import TrySubject
from core import clock
from invoicing.held import hold_invoices
from invoicing.invoices import draft_invoices
from mail.models import Mail
from operations.factories import ApplicationFactory, ChargeFactory, SubscriptionFactory
from taxes.models import TaxRate
from tests.backoffice.test_card_testing import refuse
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.scripted_gateway import report
from tests.mail.steps import queue_some
from tests.operations.breakages import break_data
from webhooks.endpoints import create_endpoint
from webhooks.models import DisabledReason, Endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def read(staff, title):
    """Return the figure of this title, its remark, and how many rows its link shows."""
    [found] = [each for each in staff.get("/admin/").context["concerns"] if each.title == title]
    page = staff.get(found.address)
    assert page.status_code == 200
    assert "e=1" not in found.address
    return found.value, found.remark, len(page.context["cl"].result_list)


def test_payments_for_the_payer_to_confirm(staff):
    for is_test in (False, False, True):
        charge = ChargeFactory(activated=True, card="tok_test_confirm_always", test=is_test)
        collect_charge(charge.pk)
    ChargeFactory(collected=True)
    assert read(staff, "Payments for the payer to confirm") == ("2", "and 1 of test money", 2)


def test_refunds_that_came_back_lately(staff):
    for days in (1, 10):
        refund = pay_out(ask(paid(1_000)))
        attempt = Attempt.objects.get(charge=refund)
        break_data(
            f"UPDATE charges_attempt SET state = 'returned', resolved_at = now() - interval '{days} days'"
            f" WHERE id = {attempt.pk}"
        )
    assert read(staff, "Refunds that came back in the last 7 days") == ("1", "", 1)


def test_endpoints_switched_off_for_failing(staff):
    app = ApplicationFactory()
    for number, reason in enumerate(DisabledReason):
        made = create_endpoint(application_id=app.pk, url=f"https://seller.example/{number}").endpoint
        off = clock.now() if reason else None
        Endpoint.objects.filter(pk=made.pk).update(disabled_at=off, disabled_reason=reason)
    assert read(staff, "Webhook endpoints switched off for failing") == ("2", "", 2)


def test_endpoints_that_fail(staff):
    app = ApplicationFactory()
    for number, since in enumerate((clock.now(), clock.now(), None)):
        made = create_endpoint(application_id=app.pk, url=f"https://seller.example/{number}").endpoint
        Endpoint.objects.filter(pk=made.pk).update(failing_since=since)
    assert read(staff, "Webhook endpoints that fail") == ("2", "", 2)
    type(app).objects.filter(pk=app.pk).update(is_active=False)
    assert read(staff, "Webhook endpoints that fail") == ("0", "", 0)


def test_who_was_slowed_for_card_testing(staff):
    refuse(TrySubject.CALLER, "service:api-shop")
    refuse(TrySubject.ADDRESS, "192.0.2.7", ago=timedelta(days=2))
    assert read(staff, "Slowed for card testing in the last 24 hours") == ("1", "", 1)


def test_tax_invoices_that_are_held(staff):
    TaxRate.objects.filter(country="DE").update(valid_to=clock.now().date() - timedelta(days=1))
    charges = [ChargeFactory(collected=True) for _ in range(2)]
    hold_invoices(draft_invoices([charge.public_id for charge in charges]).held)
    title, remark = "Tax invoices held: a tax rate is missing", "enter the rate, and they are issued"
    assert read(staff, title) == ("2", remark, 2)
    break_data(f"UPDATE invoicing_heldinvoice SET released_at = held_at WHERE charge_id = {charges[0].pk}")
    assert read(staff, title) == ("1", remark, 1)


def dispute(charge, reference, days):
    due = None if days is None else clock.now() + timedelta(days=days)
    return record_dispute(
        Asked("sandbox", report(charge, reference=reference, evidence_due_by=due), clock.now())
    )


def test_disputes_to_answer_soon_with_the_day_of_the_first(staff):
    late, soon, then, far, someday = (
        dispute(ChargeFactory(collected=True), f"dp_{number}", days)
        for number, days in enumerate((-1, 2, 5, 20, None))
    )
    dispute(ChargeFactory(collected=True, test=True), "dp_test", 1)
    value, remark, rows = read(staff, "Disputes to answer within 7 days")
    assert (value, rows) == ("2", 2)
    day = soon.evidence_due_by
    assert remark == f"the first by {day:%Y-%m-%d %H:%M:%S} UTC, and 1 of test money"
    assert read(staff, "Disputes to answer") == ("5", "and 1 of test money", 5)
    shown = staff.get("/admin/charges/dispute/", {"status__exact": "opened"}).context["cl"].result_list
    assert [*shown] == [late, soon, then, far, someday]
    too_late = staff.get("/admin/charges/dispute/", {"look": "too_late"}).context["cl"].result_list
    assert [*too_late] == [late]
    file = staff.get("/admin/charges/dispute/", {"status__exact": "opened", "export": "csv"})
    assert file.getvalue().decode().count("\r\n") == 1 + Dispute.objects.filter(livemode=True).count()


def test_mails_given_up_and_mails_that_nobody_sends(staff):
    queue_some()
    [mail] = Mail.objects.all()
    now = clock.now()
    break_data(f"UPDATE mail_mail SET due_at = '{now - timedelta(minutes=9)}'")
    assert read(staff, "Mails that nobody sends") == ("0", "", 0)
    break_data(f"UPDATE mail_mail SET due_at = '{now - timedelta(minutes=11)}'")
    assert read(staff, "Mails that nobody sends") == ("1", "", 1)
    for days, found in ((8, 0), (6, 1)):
        failed = now - timedelta(days=days)
        break_data(f"UPDATE mail_mail SET due_at = NULL, failed_at = '{failed}' WHERE id = {mail.pk}")
        assert read(staff, "Mails given up in the last 7 days") == (str(found), "", found)


def test_what_was_accepted_and_not_activated(staff):
    for is_test in (False, True, True):
        ChargeFactory(accepted=True, test=is_test)
        SubscriptionFactory(accepted=True, test=is_test)
    assert read(staff, "Charges accepted, not activated") == ("1", "and 2 of test money", 1)
    assert read(staff, "Subscriptions accepted, not activated") == ("1", "and 2 of test money", 1)


@pytest.mark.parametrize("state", ["needs_review", "unknown"])
def test_attempts_without_an_end(staff, state):
    for is_test in (False, False, True):
        ChargeFactory(collected=True, test=is_test)
    check_at = "now()" if state == "unknown" else "NULL"
    break_data(f"UPDATE charges_attempt SET state = '{state}', check_at = {check_at}")
    title = {"needs_review": "Attempts for a person to settle", "unknown": "Attempts without an answer yet"}
    assert read(staff, title[state]) == ("2", "and 1 of test money", 2)
