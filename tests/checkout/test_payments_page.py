"""A buyer sees all payments, with receipt, invoice and what was given back."""

from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from charges.collection.single import collect_charge
from charges.refunds.make import refund_charge
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import log_in, subscription_at, text_of
from tests.invoicing.papers import issue_for

pytestmark = pytest.mark.slow

PAGE = "/account/payments/"


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


@pytest.fixture
def paid(caller):
    return ChargeFactory(caller=caller, collected=True, name="Extra reports")


def receipt(charge, ending: str = "/") -> str:
    return f"{PAGE}{charge.public_id}{ending}"


def test_each_is_listed_with_what_became_of_it_and_its_papers(desk, caller, paid):
    subscription_at("past_due", caller, name="Reports")
    paper = issue_for(paid)
    refund = refund_charge(paid, amount_minor=50, due_at=None)
    collect_charge(refund.pk)
    refund_charge(paid, amount_minor=20, due_at=None)
    ChargeFactory(caller=caller, failed=True, name="Failed one")
    page = desk.browser.get(PAGE)
    text = text_of(page)
    assert "Extra reports Report Builder, one-off payment $2.00 Paid on" in text
    assert "$0.50 was given back $0.20 is on its way back to you Receipt for Extra reports" in text
    assert f'href="/account/invoices/{paper.public_id}.pdf"' in page.content.decode()
    assert "Failed one Report Builder, one-off payment $2.00 Failed: " in text
    assert "There was not enough money on the card or account. It is tried again on" in text
    assert text.index("Failed one") < text.index("Reports Report Builder, for the period from")
    assert "100 extra reports" not in text


def test_a_receipt_says_what_the_mail_says_and_comes_as_a_file(desk, paid):
    refund = refund_charge(paid, amount_minor=50, due_at=None)
    collect_charge(refund.pk)
    text = text_of(desk.browser.get(receipt(paid)))
    assert "Receipt What Extra reports App Report Builder Sold by Paper Kites Ltd" in text
    assert "Amount $2.00" in text
    assert f"Number {paid.public_id}" in text
    assert "$0.50 was given back" in text
    file = desk.browser.get(receipt(paid, ".pdf"))
    assert file["Content-Disposition"] == f'attachment; filename="receipt-{paid.public_id}.pdf"'
    words = PdfReader(BytesIO(file.content)).pages[0].extract_text()
    for said in ("Receipt", "Extra reports", "$2.00", "$0.50 was given back.", "not a tax invoice"):
        assert said in words


def test_the_file_is_in_the_language_of_its_reader_but_for_arabic(desk, paid):
    for language, said in (("de", "Betrag"), ("pl", "Kwota"), ("ar", "Amount")):
        headers = {"Accept-Language": language}
        file = desk.browser.get(receipt(paid, ".pdf"), headers=headers)
        assert said in PdfReader(BytesIO(file.content)).pages[0].extract_text()


def test_pages_cost_the_same_however_many_payments_there_are(desk, caller, django_assert_num_queries):
    for number in range(21):
        ChargeFactory(caller=caller, collected=True, name=f"Number {number}.")
    with django_assert_num_queries(6):
        first = desk.browser.get(PAGE)
    older = desk.browser.get(PAGE, {"before": str(first.context["page"].older)})
    names = [line.charge.name for page in (first, older) for line in page.context["page"].lines]
    assert names == [f"Number {number}." for number in reversed(range(21))]


@pytest.mark.parametrize("ending", ["/", ".pdf"])
def test_there_is_no_receipt_of_what_is_not_paid_or_somebody_elses(desk, caller, paid, ending):
    open_one = ChargeFactory(caller=caller)
    refund = refund_charge(paid, amount_minor=50, due_at=None)
    collect_charge(refund.pk)
    for address in (receipt(open_one, ending), receipt(refund, ending), f"{PAGE}{uuid4()}{ending}"):
        assert desk.browser.get(address).status_code == 404
    stranger = log_in(AccountFactory())
    assert stranger.get(receipt(paid, ending)).status_code == 404
    assert "Extra reports" not in text_of(stranger.get(PAGE))
    clerk = log_in(AccountFactory(organization=desk.buyer.organization, has_billing_role=False))
    assert [clerk.get(path).status_code for path in (PAGE, receipt(paid, ending))] == [403, 403]
