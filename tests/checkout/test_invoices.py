"""Buyers see and download their invoices, and say who they are made out to."""

from uuid import uuid4

import pytest

from core import clock
from customers.models import Organization
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import log_in, text_of
from tests.invoicing.papers import issue_for

DETAILS = {
    "legal_name": "Harbour Lane Dental Ltd",
    "street": "Quay 7",
    "postal_code": "1010",
    "city": "Wien",
    "country": "AT",
    "vat_number": "ATU 1358 5627",
}


@pytest.fixture
def paper(desk):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    return issue_for(ChargeFactory(caller=caller, collected=True))


def test_the_account_page_leads_to_invoices_and_their_files(desk, paper):
    assert 'href="/account/invoices/"' in desk.browser.get("/account/").content.decode()
    page = desk.browser.get("/account/invoices/")
    assert f"Tax invoice {paper.name}" in text_of(page)
    assert "$2.00" in text_of(page)
    for form in ("pdf", "xml"):
        address = f"/account/invoices/{paper.public_id}.{form}"
        assert f'href="{address}"' in page.content.decode()
        file = desk.browser.get(address)
        assert file.headers["Content-Disposition"] == f'attachment; filename="{paper.name}.{form}"'
    assert file.content.startswith(b"<?xml")


def test_nobody_elses_invoices_are_there(desk, paper):
    browser = log_in(AccountFactory())
    assert "No invoices yet." in text_of(browser.get("/account/invoices/"))
    foreign = browser.get(f"/account/invoices/{paper.public_id}.pdf")
    unknown = browser.get(f"/account/invoices/{uuid4()}.pdf")
    assert (foreign.status_code, text_of(foreign)) == (404, text_of(unknown))
    assert browser.get(f"/account/invoices/{paper.public_id}.exe").status_code == 404


def test_they_need_the_billing_role(desk, paper):
    browser = log_in(AccountFactory(organization=desk.buyer.organization, has_billing_role=False))
    for path in ("/account/invoices/", f"/account/invoices/{paper.public_id}.pdf", "/account/details/"):
        assert browser.get(path).status_code == 403


def test_a_long_list_has_pages_that_cost_the_same(desk, django_assert_num_queries):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    for _ in range(21):
        issue_for(ChargeFactory(caller=caller, collected=True))
    with django_assert_num_queries(3):
        first = desk.browser.get("/account/invoices/")
    assert first.content.decode().count(".pdf") == 20
    second = desk.browser.get(f"/account/invoices/?before={first.context['older']}")
    assert second.content.decode().count(".pdf") == 1
    assert "Older invoices" not in text_of(second)


def test_details_are_kept_as_they_are_written_on_invoices(desk):
    answer = desk.browser.post("/account/details/", DETAILS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/")
    kept = Organization.objects.get(pk=desk.buyer.organization_id)
    assert (kept.country, kept.vat_number) == ("AT", "ATU13585627")
    paper = issue_for(
        ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), collected=True)
    )
    assert paper.recipient["legal_name"] == "Harbour Lane Dental Ltd"
    assert 'value="ATU13585627"' in desk.browser.get("/account/details/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("vat_number", "ATU13585628", "check digits are wrong"),
        ("vat_number", "12", "check digits are wrong"),
        ("country", "XX", "Select a valid choice"),
        ("country", "", "needs a country beside it"),
        ("city", "Wien\N{RIGHT-TO-LEFT OVERRIDE}", "change the direction"),
        ("legal_name", "x" * 256, "at most 255"),
        ("street", "4242 4242 4242 4242", "card number"),
    ],
)
def test_what_cannot_be_so_is_told_at_its_field(desk, field, value, said):
    answer = desk.browser.post("/account/details/", DETAILS | {field: value})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert Organization.objects.get(pk=desk.buyer.organization_id).city == ""


def test_a_seller_of_record_stays_one(desk):
    seller = AccountFactory(organization=desk.app.organization)
    log_in(seller).post("/account/details/", DETAILS)
    desk.app.seller_of_record = "seller"
    desk.app.save()
    answer = log_in(seller).post("/account/details/", DETAILS | {"legal_name": ""})
    assert answer.status_code == 400
    assert "issues invoices in its own name" in text_of(answer)


def tell_tax(desk, **details) -> str:
    Organization.objects.filter(pk=desk.buyer.organization_id).update(**details)
    return text_of(desk.browser.get(f"/?id={desk.charge.public_id}"))


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({}, "Price before tax $1.68 Tax, 19% (Germany) $0.32 We do not know your country yet"),
        ({"country": "FI"}, "Price before tax $1.59 Tax, 25.5% (Finland) $0.41 This is the tax for"),
        (
            {"country": "AT", "vat_number": "ATU13585627"},
            "Tax $0.00 Reverse charge: your organisation accounts for the tax in Austria",
        ),
        ({"country": "US"}, "Price before tax $2.00 Tax $0.00 No tax is charged in United States"),
    ],
)
def test_net_and_tax_are_shown_before_consent(desk, details, said):
    assert said in tell_tax(desk, **details)


def test_no_tax_is_shown_where_no_invoices_are_issued(desk, settings):
    settings.INVOICING = {"issuer": None, "since": None, "font": ""}
    assert "before tax" not in tell_tax(desk)


def test_an_application_whose_prices_exclude_tax_asks_for_price_and_tax(desk):
    desk.app.prices_exclude_tax = True
    desk.app.save()
    Organization.objects.filter(pk=desk.buyer.organization_id).update(country="FI")
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), price_minor=1000)
    assert (charge.price_minor, charge.total_minor) == (1255, 2510)
    with clock.travel_to(charge.created_at):
        text = text_of(desk.browser.get(f"/?id={charge.public_id}"))
    assert "Price before tax $20.00 Tax, 25.5% (Finland) $5.10" in text
