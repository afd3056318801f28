"""Staff give charges back: they see to the cent what it does, and above the limit another one approves."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from approvals.models import Approval
from charges.models import Charge, RefundRequest
from customers.models import TestBuyer
from operations.factories import ChargeFactory, UserFactory
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.testmode.people import Tried

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EVERYTHING = ("view_charge", "refund_charge", "view_approval", "approve_money")


def let(name, *codes):
    person = UserFactory(username=name, staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename__in=codes or EVERYTHING))
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def anna(db):
    return let("anna")


@pytest.fixture
def berta(db):
    return let("berta")


def page_of(row, act="change"):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{act}/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def give_back(browser, charge, amount, **said):
    """Fill in the form, read what it would do, and confirm that."""
    form = {"amount": amount, "reason": "It does not work."} | said
    seen = browser.post(page_of(charge, "refund"), form)
    return seen, browser.post(
        page_of(charge, "refund"), form | {"confirmed": seen.context["confirmed"]}, follow=True
    )


def told(response):
    return [str(message) for message in response.context["messages"]]


def refunds():
    return Charge.objects.filter(kind="refund")


def test_what_a_refund_does_is_shown_before_it_is_made(anna):
    charge = paid(10_000, percent=20)
    asked = words(anna.get(page_of(charge, "refund")))
    assert "100.00 USD of 100.00 USD can be given back" in asked
    seen = anna.post(page_of(charge, "refund"), {"amount": "40.05", "reason": "Broken."})
    assert not refunds().exists()
    said = words(seen)
    for sentence in (
        "40.05 USD goes back to who paid.",
        "100.00 USD is left before, 59.95 USD after.",
        "gives back 32.04 USD: it is owed 80.00 USD now, 47.96 USD then.",
        "The marketplace gives back 8.01 USD of its commission.",
        "It is sent to the processor at once.",
    ):
        assert sentence in said


def test_a_small_refund_is_made_by_one_person(anna):
    charge = paid(10_000)
    _, done = give_back(anna, charge, "40.05")
    assert told(done) == ["The refund is on its way."]
    assert refunds().get().total_minor == 4005
    request = RefundRequest.objects.get()
    assert (request.actor, request.reason) == ("staff:anna", "It does not work.")
    assert "It does not work." in words(anna.get(page_of(charge)))


def test_what_is_confirmed_is_what_was_shown(anna):
    charge = paid(10_000)
    seen = anna.post(page_of(charge, "refund"), {"amount": "1", "reason": "x"})
    form = {"amount": "99", "reason": "x", "confirmed": seen.context["confirmed"]}
    assert "99.00 USD goes back" in words(anna.post(page_of(charge, "refund"), form))
    assert not refunds().exists()


@pytest.mark.parametrize("amount", ["0", "-1", "100.01", "1.005", "many", "", "1e30"])
def test_a_wrong_amount_is_told_on_the_form(anna, amount):
    charge = paid(10_000)
    answer = anna.post(page_of(charge, "refund"), {"amount": amount, "reason": "x"})
    form = answer.context["form"]
    assert form.errors or form.non_field_errors()
    assert not RefundRequest.objects.exists()


def test_a_large_refund_waits_for_another_person(anna, berta):
    charge = paid(60_000, percent=20)
    seen, done = give_back(anna, charge, "600")
    assert "nothing moves before another person has approved it" in words(seen)
    assert told(done) == ["Nothing has moved yet: another person has to approve the refund."]
    assert not refunds().exists()
    approval = Approval.objects.get()
    shown = words(berta.get(page_of(approval, "approve")))
    assert "600.00 USD goes back to who paid." in shown
    assert "it is owed 480.00 USD now, 0.00 USD then." in shown
    assert "It does not work." in shown
    done = berta.post(page_of(approval, "approve"), follow=True)
    assert told(done) == ["It is approved."]
    assert refunds().get().total_minor == 60_000
    assert [each.actor for each in approval.history.all()] == ["staff:berta", "system:refund"]


@pytest.mark.parametrize("superuser", [False, True])
def test_who_asked_sees_no_button_and_is_refused_anyway(anna, staff, superuser):
    browser = staff if superuser else anna
    give_back(browser, paid(60_000), "600")
    approval = Approval.objects.get()
    page = browser.get(page_of(approval)).content.decode()
    assert page_of(approval, "approve") not in page
    assert page_of(approval, "take-back") in page
    answer = browser.post(page_of(approval, "approve"))
    assert "another person has to" in words(answer)
    assert not refunds().exists()
    assert Approval.objects.get().status == "requested"


def test_without_the_permission_nobody_approves_or_refunds(anna):
    give_back(anna, paid(60_000), "600")
    approval, charge = Approval.objects.get(), Charge.objects.get()
    reader = let("carla", "view_charge", "view_approval")
    for row, acts in ((approval, ("approve", "reject", "take-back")), (charge, ("refund",))):
        page = reader.get(page_of(row)).content.decode()
        for act in acts:
            assert page_of(row, act) not in page
            assert reader.get(page_of(row, act)).status_code == 403
            assert reader.post(page_of(row, act), {"reason": "x"}).status_code == 403
    assert not refunds().exists()


def test_a_request_is_rejected_by_another_and_taken_back_by_its_own_person(anna, berta):
    give_back(anna, paid(60_000), "600")
    rejected = Approval.objects.get()
    assert told(berta.post(page_of(rejected, "reject"), {"reason": "No."}, follow=True)) == [
        "It is rejected; nothing was done."
    ]
    give_back(anna, Charge.objects.get(), "600")
    second = Approval.objects.latest("pk")
    assert berta.get(page_of(second, "take-back")).status_code == 403
    assert told(anna.post(page_of(second, "take-back"), {"reason": "Wrong."}, follow=True)) == [
        "It is taken back; nothing was done."
    ]
    assert [each.status for each in Approval.objects.order_by("pk")] == ["rejected", "void"]
    assert not refunds().exists()


def test_what_has_changed_is_void_and_nothing_moves(anna, berta):
    charge = paid(60_000)
    give_back(anna, charge, "590")
    ask(charge, 100)
    done = berta.post(page_of(Approval.objects.get(), "approve"), follow=True)
    assert "the request is void" in told(done)[0]
    assert [each.total_minor for each in refunds()] == [100]


def test_there_is_no_approval_of_many_at_once(berta):
    for _ in range(2):
        ask(paid(60_000))
    page = berta.get("/admin/approvals/approval/")
    assert 'name="action"' not in page.content.decode()
    said = {"action": "approve", "_selected_action": [row.pk for row in Approval.objects.all()]}
    berta.post("/admin/approvals/approval/", said)
    assert {each.status for each in Approval.objects.all()} == {"requested"}


def test_a_refund_in_yen_has_no_decimals(anna, settings):
    settings.DEFAULT_CURRENCY = "JPY"
    settings.REFUND_APPROVAL_LIMIT = {"JPY": 0}
    charge = paid(1000)
    assert anna.post(page_of(charge, "refund"), {"amount": "1.5", "reason": "x"}).context["form"].errors
    seen, _ = give_back(anna, charge, "1000")
    assert "1,000 JPY goes back to who paid." in words(seen)
    assert Approval.objects.get().details["amount_minor"] == 1000


def test_what_was_refused_by_the_processor_can_be_read(anna):
    charge = paid(1000, card="tok_test_refund_refused")
    pay_out(ask(charge))
    said = words(anna.get(page_of(charge)))
    assert "Could not be refunded" in said
    assert "The payer's bank refuses the refund." in said.replace("&#x27;", "'")


def test_any_amount_of_a_test_buyer_goes_back_at_once_and_by_its_own_clock(anna):
    """Nobody approves test money, so that no refund of it is made by the clock of who approves."""
    tried = Tried()
    caller = tried.caller()
    with caller.use_clock():
        charge = ChargeFactory(caller=caller, test=True, collected=True, price_minor=10_000_000, quantity=1)
    its_time = tried.buyer.clock_at + timedelta(days=90)
    TestBuyer.objects.update(clock_at=its_time)
    _, answer = give_back(anna, charge, "100000")
    assert told(answer) == ["The refund is on its way."]
    refund, request = refunds().get(), RefundRequest.objects.get()
    assert (refund.total_minor, refund.test, refund.collect_at) == (10_000_000, True, its_time)
    assert (request.approval, request.free_minor, request.created_at) == (None, None, its_time)
    assert not Approval.objects.exists()
