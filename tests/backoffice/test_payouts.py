"""What staff do to payouts: each act with its permission, a reason, in words, and by two people."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.models import Approval
from operations.factories import OrganizationFactory, PayoutAccountFactory, PayoutFactory, UserFactory
from operations.factories.payouts import earn
from payouts.models import BankReport, Payout, PayoutAccount, PayoutBatch, PayoutSchedule
from payouts.sending.bank_file import make_bank_file
from payouts.sending.transfer import send_approved_payouts
from tests.desk import text_of
from tests.payouts.steps import balances, fetch
from tests.payouts.test_bank_reports import camt, detail, entry

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASON = {"reason": "Agreed on the phone."}
EVERY = ("view_payout", "view_payoutaccount", "view_payoutbatch", "view_bankreport")
# Name of the act, what it needs, the stage that it starts from, what is typed, where it leads to.
ACTS = {
    "approve": ("approve_money", "requested", {}, "approved"),
    "reject": ("approve_money", "requested", {}, "rejected"),
    "cancel": ("add_payout", "requested", {}, "cancelled"),
    "method": ("add_payout", "approved", {"method": "bank_file"}, "requested"),
    "send": ("send_payout", "approved", {"reference": "bank-1"}, "sent"),
    "settle": ("send_payout", "sent", {}, "settled"),
    "return": ("send_payout", "sent", {}, "returned"),
}


@pytest.fixture(autouse=True)
def _marketplace(settings):
    settings.DEFAULT_CURRENCY = "EUR"
    settings.PAYOUT_PAYER_NAME, settings.PAYOUT_PAYER_IBAN = "Marketplace Ltd", "DE02120300000000202051"


def browse(*permissions):
    user = UserFactory(staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=(*EVERY, *permissions)))
    browser = Client()
    browser.force_login(user)
    return browser


def path(row, act="change"):
    return f"/admin/payouts/{row._meta.model_name}/{row.pk}/{act}/"


@pytest.mark.parametrize("act", ACTS)
def test_each_act_says_what_will_happen_and_does_it_once(act):
    permission, stage, said, end = ACTS[act]
    payout = PayoutFactory(stage=stage)
    browser = browse(permission)
    text = text_of(browser.get(path(payout, act)))
    assert "50.00 EUR" in text
    assert "DE… 3000" in text
    assert browser.post(path(payout, act), said).status_code == 200  # Without a reason nothing happens.
    assert fetch(payout).status == stage
    assert browser.post(path(payout, act), said | REASON).status_code == 302
    assert fetch(payout).status == end
    assert "Agreed on the phone." in LogEntry.objects.latest("pk").change_message
    browser.post(path(payout, act), said | REASON)
    assert fetch(payout).history.filter(to_status=end).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_each_act_needs_its_permission(act):
    permission, stage, said, _ = ACTS[act]
    payout = PayoutFactory(stage=stage)
    others = {"approve_money", "add_payout", "send_payout"} - {permission}
    browser = browse(*others)
    assert browser.post(path(payout, act), said | REASON).status_code == 403
    assert fetch(payout).status == stage


def test_who_makes_a_payout_by_hand_reads_what_to_type_at_the_bank():
    payout = PayoutFactory(approved=True)
    browser = browse("send_payout", "add_payout", "approve_money")
    text = text_of(browser.get(path(payout, "send")))
    for line in (
        "Holder: Paper Kites Ltd Address: Long Lane 1, 10115 Berlin, DE",
        "IBAN: DE89 3704 0044 0532 0130 00 BIC: COBADEFFXXX",
        f"Amount: 50.00 EUR Text: Payout {payout.public_id.hex}",
    ):
        assert line in text
    for row, page in ((payout, "change"), (payout, "method"), (payout.account, "change")):
        shown = browser.get(path(row, page)).content.decode()
        assert not any(number in shown for number in ("0532 0130", "0532013000"))


def test_an_account_without_an_iban_is_read_in_full_by_who_pays_it(settings):
    settings.DEFAULT_CURRENCY = "USD"
    payout = PayoutFactory(approved=True, account=PayoutAccountFactory(without_iban=True))
    assert "Account: A bank, account 1234567" in text_of(browse("send_payout").get(path(payout, "send")))


def test_who_asks_cannot_approve_not_even_a_superuser(staff):
    account = PayoutAccountFactory()
    earn(account.organization, 10_000)
    page = text_of(staff.get(path(account, "request")))
    assert "Available: 100.00 EUR." in page
    answer = staff.post(path(account, "request"), REASON | {"amount": "50.00", "method": "by_hand"})
    assert answer.status_code == 302
    payout = Payout.objects.get()
    assert (payout.amount_minor, payout.actor) == (5_000, "staff:root")
    refused = staff.post(path(payout, "approve"), REASON)
    assert "another person has to" in text_of(refused)
    assert fetch(payout).status == "requested"
    assert balances()["payouts_in_transit"] == -5_000


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "100.01"}, "Only 100.00 EUR is available."),
        ({"amount": "0.001"}, "no more than 2 decimal places"),
        ({"amount": "many"}, "Enter a number."),
        ({"method": "processor"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_for_is_said_on_the_form(staff, said, words):
    account = PayoutAccountFactory()
    earn(account.organization, 10_000)
    assert words in text_of(staff.post(path(account, "request"), REASON | said))
    assert not Payout.objects.exists()


def test_an_account_is_told_by_licence(staff):
    seller = OrganizationFactory()
    said = {
        "license_id": seller.license_id,
        "currency": "EUR",
        "holder": "Paper Kites Ltd",
        "iban": "NL91 ABNA 0417 1643 00",
        "street": "Long Lane 1",
        "town": "Amsterdam",
        "country": "NL",
    }
    address = "/admin/payouts/payoutaccount/add/"
    assert "It replaces the account" in text_of(staff.get(address))
    wrong = staff.post(address, said | REASON | {"iban": "NL91 ABNA 0417 1643 01"})
    assert "It is no IBAN" in text_of(wrong)
    for licence in ("", "x", "9" * 40):
        assert staff.post(address, said | REASON | {"license_id": licence}).status_code == 200
    assert staff.post(address, said | REASON).status_code == 302
    account = PayoutAccount.objects.get()
    assert (account.organization, account.actor, account.reason) == (seller, "staff:root", REASON["reason"])
    assert "0417164300" not in staff.get(path(account)).content.decode()


def test_a_seller_is_paid_every_month_or_not_any_more(staff):
    account = PayoutAccountFactory()
    for act, is_active in (("monthly", True), ("stop-monthly", False)):
        assert staff.post(path(account, act), REASON).status_code == 302
        assert PayoutSchedule.objects.get().is_active == is_active


def test_a_file_is_made_and_downloaded_as_it_was_made():
    account = PayoutAccountFactory()
    PayoutFactory(account=account, approved=True, method="bank_file")
    browser, address = browse("send_payout"), "/admin/payouts/payoutbatch/add/"
    assert "wait for a file: 1, of 50.00 EUR in all." in text_of(browser.get(address))
    past = browser.post(address, {"execution_on": "2001-01-04"})
    assert "It must not be in the past." in text_of(past)
    assert browser.post(address, {"execution_on": "2099-01-04"}).status_code == 302
    batch = PayoutBatch.objects.get()
    answer = browser.get(path(batch, "download"))
    assert answer.content == bytes(batch.content)
    assert f'filename="payouts-{batch.message_id}.xml"' in answer["Content-Disposition"]
    assert "No approved payout waits" in text_of(browser.post(address, {}))


def test_a_file_with_account_numbers_is_downloaded_with_a_second_factor_alone(settings):
    PayoutFactory(account=PayoutAccountFactory(), approved=True, method="bank_file")
    batch = make_bank_file(actor="test")
    settings.STAFF_SECOND_FACTOR = "money"
    answer = browse("send_payout").get(path(batch, "download"))
    assert answer.url.startswith("/admin/your-log-in/?next=")


def test_a_report_is_taken_once():
    payout = PayoutFactory(account=PayoutAccountFactory(), approved=True, method="bank_file")
    make_bank_file(actor="test")
    browser, address, content = (
        browse("send_payout"),
        "/admin/payouts/bankreport/add/",
        camt(entry(detail(payout))),
    )
    for status in (302, 200):
        file = SimpleUploadedFile("statement.xml", content)
        assert browser.post(address, {"file": file}).status_code == status
    assert (fetch(payout).status, BankReport.objects.get().settled) == ("settled", 1)
    nonsense = browser.post(address, {"file": SimpleUploadedFile("cat.png", b"\x89PNG")})
    assert "no report of a bank" in text_of(nonsense)


@pytest.mark.parametrize(
    ("act", "end"), [("approve", "approved"), ("reject", "rejected"), ("take-back", "cancelled")]
)
def test_the_page_of_approvals_decides_about_the_payout_with_its_sum(act, end):
    payout = PayoutFactory()
    approval = Approval.objects.get()
    if act == "take-back":
        browser = Client()
        browser.force_login(approval.requested_by)
        approval.requested_by.user_permissions.add(Permission.objects.get(codename="view_approval"))
    else:
        browser = browse("view_approval", "approve_money")
    address = f"/admin/approvals/approval/{approval.pk}/{act}/"
    text = text_of(browser.get(address))
    assert "Seller (Paper Kites Ltd) is paid 50.00 EUR: By hand." in text
    assert browser.post(address, REASON).status_code == 302
    assert fetch(payout).status == end
    assert ("payouts_in_transit" in balances()) == (act == "approve")


@pytest.mark.parametrize("model", ["payoutbatch", "bankreport"])
def test_files_need_the_permission_to_send(model):
    account = PayoutAccountFactory()
    PayoutFactory(account=account, approved=True, method="bank_file")
    batch = make_bank_file(actor="test")
    browser = browse("approve_money", "add_payout")
    assert browser.get(f"/admin/payouts/{model}/add/").status_code == 403
    assert browser.post(f"/admin/payouts/{model}/add/", {}).status_code == 403
    assert browser.get(path(batch, "download")).status_code == 403
    assert browser.get(path(batch)).status_code == 200


def test_pages_show_the_ledger_and_who_decided(staff):
    payout = PayoutFactory(settled=True)
    text = text_of(staff.get(path(payout)))
    assert "Payout to a seller: asked for and locked, Payout to a seller: paid" in text
    assert "Approved and done" in text
    for row in (payout.account,):
        assert "Available" in text_of(staff.get(path(row)))


@pytest.mark.parametrize("term", ["bank-1", "Seller"])
def test_a_payout_is_found_by_the_banks_name_and_by_its_seller(staff, term):
    payout = PayoutFactory(sent=True)
    assert str(payout.public_id) in staff.get("/admin/payouts/payout/", {"q": term}).content.decode()


@pytest.mark.parametrize("act", ["settle", "return"])
def test_while_the_processor_is_asked_nobody_says_what_became_of_a_payout(act):
    account = PayoutAccountFactory(at_processor=True, processor_account="tok_test_timeout_after")
    payout = PayoutFactory(account=account, approved=True, method=None)
    send_approved_payouts()
    answer = browse("send_payout").post(path(payout, act), REASON, follow=True)
    assert "the processor is being asked about it" in text_of(answer)
    assert fetch(payout).status == "sent"


def test_the_first_page_says_what_waits(staff):
    PayoutFactory()
    account = PayoutAccountFactory(at_processor=True, processor_account="tok_test_wrong_amount")
    PayoutFactory(account=account, approved=True, method=None)
    send_approved_payouts()
    waiting = {concern.title: concern for concern in staff.get("/admin/").context["concerns"]}
    assert waiting["Payouts for a person to settle"].value == "1"
    assert staff.get(waiting["Payouts for a person to settle"].address).status_code == 200


def test_nobody_may_add_a_payout_or_change_a_row_by_a_form(staff):
    payout = PayoutFactory(sent=True)
    assert staff.get("/admin/payouts/payout/add/").status_code == 403
    assert staff.post(path(payout), {"amount_minor": 1}).status_code == 403
    assert staff.post(path(payout, "delete"), {"post": "yes"}).status_code == 403
