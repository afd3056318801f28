"""Staff correct the books: one asks with a paper, another one sees the balances and approves."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import Approval
from ledger.corrections.attachments import MAX_ATTACHMENT
from ledger.models import Correction, LedgerEntry, LedgerTransaction
from operations.factories import OrganizationFactory
from tests.backoffice.test_refunds import let, page_of, told, words

pytestmark = pytest.mark.django_db
ADD = "/admin/ledger/correction/add/"
CODES = ("view_correction", "add_correction", "view_approval", "approve_money", "view_ledgertransaction")


@pytest.fixture
def anna(db):
    return let("anna", *CODES)


@pytest.fixture
def berta(db):
    return let("berta", *CODES)


def form(**changes):
    said = {
        "currency": "USD",
        "livemode": "on",
        "line_1_account": "processor_fees",
        "line_1_side": "debit",
        "line_1_amount": "12.34",
        "line_2_account": "buyer_clearing",
        "line_2_side": "credit",
        "line_2_amount": "12.34",
        "reason": "A fee that the processor told of by letter.",
        "attachment": SimpleUploadedFile("letter.pdf", b"%PDF-1.7 made up"),
    }
    return said | changes


def booked():
    return LedgerTransaction.objects.filter(kind="correction")


def test_one_asks_and_another_one_books_it(anna, berta):
    done = anna.post(ADD, form(), follow=True)
    assert told(done) == ["Nothing is booked yet: another person has to approve the correction."]
    assert not booked().exists()
    approval = Approval.objects.get()
    said = words(berta.get(page_of(approval, "approve")))
    assert "Debit 12.34 USD: Kept by processors for their work." in said
    assert "is 0.00 USD now, 12.34 USD then." in said
    assert "is 0.00 USD now, -12.34 USD then." in said
    assert "Shown by: letter.pdf" in said
    assert told(berta.post(page_of(approval, "approve"), follow=True)) == ["It is approved."]
    entries = LedgerEntry.objects.filter(transaction=booked().get())
    assert dict(entries.values_list("account__kind", "amount_minor")) == {
        "processor_fees": 1234,
        "buyer_clearing": -1234,
    }


def test_who_asked_is_refused_and_nothing_is_booked(anna):
    anna.post(ADD, form())
    approval = Approval.objects.get()
    assert page_of(approval, "approve") not in anna.get(page_of(approval)).content.decode()
    assert "another person has to" in words(anna.post(page_of(approval, "approve")))
    assert not booked().exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"line_2_amount": "12.33"},
        {"line_1_amount": "12.345"},
        {"line_1_amount": "NaN"},
        {"line_1_amount": "1e30"},
        {"line_1_amount": "0", "line_2_amount": "0"},
        {"line_2_account": ""},
        {"line_2_account": "processor_fees"},
        {"line_1_account": "seller_payable"},
        {"line_1_account": "seller_payable", "line_1_seller": "nobody of that name"},
        {"line_2_seller": "Seller"},
        {"line_3_amount": "1"},
        {"currency": "XXX"},
        {"currency": "JPY"},
        {"reason": ""},
        {"reason": "4111 1111 1111 1111"},
        {"attachment": ""},
        {"attachment": SimpleUploadedFile("a.exe", b"MZ\x90\x00\x03")},
    ],
)
def test_a_wrong_form_is_shown_again_with_what_is_wrong(anna, changes):
    answer = anna.post(ADD, form(**changes))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Correction.objects.exists()


def test_a_paper_that_is_too_large_is_refused(anna):
    paper = SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * MAX_ATTACHMENT)
    assert "between 1 and" in words(anna.post(ADD, form(attachment=paper)))
    paper = SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 2 * MAX_ATTACHMENT)
    assert anna.post(ADD, form(attachment=paper)).status_code == 413
    assert not Correction.objects.exists()


def test_a_seller_is_named_by_its_licence_and_yen_have_no_decimals(anna, berta):
    seller = OrganizationFactory(name="Größe & Söhne 🧾")
    lines = {"line_1_account": "seller_payable", "line_1_seller": str(seller.license_id)}
    lines |= {"currency": "jpy", "line_1_amount": "500", "line_2_amount": "500"}
    anna.post(ADD, form(**lines))
    approval = Approval.objects.get()
    assert "Debit 500 JPY" in words(berta.get(page_of(approval, "approve")))
    berta.post(page_of(approval, "approve"))
    assert booked().get().entries.get(account__organization=seller).amount_minor == 500


def test_a_paper_goes_to_staff_alone_and_is_never_shown_by_a_browser(anna, client):
    evil = SimpleUploadedFile('e"vil.html', b"<script>alert(1)</script>")
    anna.post(ADD, form(attachment=evil))
    correction = Correction.objects.get()
    answer = anna.get(page_of(correction, "attachment"))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="[\w.]+"', answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert let("carla", "view_approval").get(page_of(correction, "attachment")).status_code == 403
    assert client.get(page_of(correction, "attachment")).status_code == 302


def test_without_the_permission_nobody_asks(db):
    reader = let("carla", "view_correction")
    assert reader.get(ADD).status_code == 403
    assert reader.post(ADD, form()).status_code == 403


def test_the_list_leaves_the_papers_where_they_are(anna, django_assert_max_num_queries):
    for _ in range(3):
        anna.post(ADD, form())
    with django_assert_max_num_queries(8):
        page = anna.get("/admin/ledger/correction/")
    assert "12.34 USD" in page.content.decode()
