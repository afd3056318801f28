"""Buyers see and download their invoices, and say who they are made out to."""

from datetime import timedelta
from uuid import uuid4

import pytest

from charges.collection.single import collect_charge
from charges.requests.direct import activate_charge
from core import clock
from customers.models import Organization
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, SubscriptionFactory
from taxes.models import TaxRate
from tests.desk import link, log_in, press, reload, text_of
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
    for each in (browser, desk.browser):
        assert each.get(f"/account/invoices/{paper.public_id}.exe").status_code == 404


def test_they_need_the_billing_role(desk, paper):
    browser = log_in(AccountFactory(organization=desk.buyer.organization, has_billing_role=False))
    for path in ("/account/invoices/", f"/account/invoices/{paper.public_id}.pdf", "/account/details/"):
        assert browser.get(path).status_code == 403


@pytest.mark.slow
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


def test_where_the_rate_is_missing_the_page_says_that_the_invoice_will_tell(desk):
    TaxRate.objects.filter(country="DE").update(valid_to=clock.now().date() - timedelta(days=1))
    text = tell_tax(desk)
    assert "Your invoice says how much of the price is tax." in text
    assert "before tax" not in text
    press(desk.browser, desk.charge, "accept")
    assert reload(desk.charge).status == "accepted"
    assert desk.charge.acceptance.tax["tax"] is None


@pytest.mark.parametrize(
    ("currency", "net", "asked"), [("KWD", 12_340, 14_690), ("KWD", 12_345, 14_691), ("USD", 12_340, 14_685)]
)
def test_a_price_with_tax_has_the_decimals_that_processors_take(desk, settings, currency, net, asked):
    settings.DEFAULT_CURRENCY = currency
    desk.app.prices_exclude_tax = True
    desk.app.save()
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    assert ChargeFactory(caller=caller, price_minor=net).price_minor == asked


def test_a_gap_in_the_rates_leaves_no_tax_out_of_a_price_and_stops_no_sale(desk):
    TaxRate.objects.filter(country="DE").update(valid_to=clock.now().date() - timedelta(days=1))
    desk.app.prices_exclude_tax = True
    desk.app.save()
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), price_minor=1000)
    assert charge.price_minor == 1190


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
@pytest.mark.parametrize(
    "changes", [{"country": "FI"}, {"country": "AT", "vat_number": "ATU13585627"}], ids=str
)
def test_tax_that_changed_since_the_page_was_opened_is_shown_before_consent(desk, factory, changes):
    offer = factory(caller=CallerFactory(account=desk.buyer, application=desk.app))
    token = desk.browser.get(link(offer)).context["page"].token
    Organization.objects.filter(pk=desk.buyer.organization_id).update(**changes)
    answer = desk.browser.post(link(offer), {"decision": "accept", "token": token})
    assert answer.status_code == 409
    assert "The terms have changed since you opened this page." in text_of(answer)
    assert ("Finland" if changes["country"] == "FI" else "Reverse charge") in text_of(answer)
    assert reload(offer).status == "pending"


def test_what_was_shown_is_what_is_invoiced_whatever_changes_afterwards(desk):
    tell_tax(desk, country="FI", legal_name="Old name")
    press(desk.browser, desk.charge, "accept")
    Organization.objects.filter(pk=desk.buyer.organization_id).update(
        country="AT", vat_number="ATU13585627", legal_name="New name"
    )
    TaxRate.objects.filter(country="FI").update(valid_to=clock.now().date() - timedelta(days=1))
    activate_charge(desk.charge.pk, actor="test")
    collect_charge(desk.charge.pk)
    paper = issue_for(desk.charge)
    assert (paper.tax_category, paper.tax_country, paper.tax_basis_points) == ("S", "FI", 2550)
    assert [paper.recipient[name] for name in ("country", "vat_number", "legal_name")] == [
        "FI",
        "",
        "Old name",
    ]


def test_a_name_that_was_corrected_after_consent_is_on_the_invoice(desk):
    tell_tax(desk, country="FI", legal_name="Old name")
    press(desk.browser, desk.charge, "accept")
    Organization.objects.filter(pk=desk.buyer.organization_id).update(legal_name="New name")
    activate_charge(desk.charge.pk, actor="test")
    collect_charge(desk.charge.pk)
    assert issue_for(desk.charge).recipient["legal_name"] == "New name"


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
