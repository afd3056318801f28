"""Staff look at tax papers and download them, keep rates, and say who issues for an app."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from backoffice.amount_presenters import explain_paper
from charges.disputes.record import Asked, record_dispute
from core import clock
from gateway.hints import DisputeStatus
from invoicing.held import hold_invoices
from invoicing.invoices import draft_invoices
from invoicing.models import HeldInvoice, TaxPaper
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    UserFactory,
)
from taxes.models import TaxRate
from tests.backoffice.forms import NO_ROWS_BELOW
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import issue_for, make_paper

pytestmark = pytest.mark.django_db

DETAILS = {
    "legal_name": "Paper Kites GmbH",
    "street": "Quay 7",
    "postal_code": "1010",
    "city": "Wien",
    "country": "AT",
    "vat_number": "ATU13585627",
}


def address(row, page="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def listed(staff, **query):
    return staff.get(reverse("admin:invoicing_taxpaper_changelist", query=query)).content.decode()


def test_the_day_of_a_held_invoice_leads_to_its_page(staff):
    terms = {"charge": ChargeFactory(), "country": "DE", "day": date(2026, 3, 1), "terms": {"recipient": {}}}
    held = HeldInvoice.objects.create(**terms)
    page = staff.get(reverse("admin:invoicing_heldinvoice_changelist")).content.decode()
    assert f'href="{address(held)}' in page


def test_the_tax_of_an_invoice_is_told_as_it_is_worked_out():
    paper = make_paper(total=16, rate=1900, tax_country="DE")
    assert [*explain_paper(paper)] == [
        "100 extra reports: 0.13 EUR net and 0.03 EUR tax are 0.16 EUR.",
        "19 % of DE: 19 / 119 of 0.16 EUR, half of the smallest unit rounded up.",
    ]
    assert [*explain_paper(make_paper(total=3, rate=1900, tax_country="DE"))][1].startswith("19 % of DE")
    note = make_paper(kind="credit_note", total=8, rate=1900, invoice=paper)
    assert [*explain_paper(note)][1] == (
        "Its share of the 0.03 EUR tax in INV-2027-000007; all shares are that together."
    )


def test_the_file_of_papers_names_both_sides_with_their_vat_numbers(staff):
    account = AccountFactory(organization=OrganizationFactory(**DETAILS))
    paper = issue_for(ChargeFactory(caller=CallerFactory(account=account), collected=True))
    address = reverse("admin:invoicing_taxpaper_changelist", query={"export": "csv"})
    [row] = csv.DictReader(StringIO(staff.get(address).getvalue().decode()))
    assert (row["number"], row["tax_category"], row["for_invoice"]) == (paper.name, "AE", "")
    named = [row["issuer"], row["recipient"], row["recipient_country"], row["recipient_vat_number"]]
    assert named == ["Example Marketplace", "Paper Kites GmbH", "AT", "ATU13585627"]


@pytest.mark.slow
def test_a_paper_is_found_by_number_and_charge_and_leads_to_both_files(staff):
    charge = ChargeFactory(collected=True)
    paper, other = issue_for(charge), issue_for(ChargeFactory(collected=True))
    for term in (paper.name, str(paper.public_id), str(charge.public_id)):
        page = listed(staff, q=term)
        assert address(paper) in page
        assert address(other) not in page
    page = staff.get(address(paper)).content.decode()
    assert "1.68 USD" in page
    assert "19 % DE" in page
    assert address(charge) in page
    for form, begins in (("pdf", b"%PDF"), ("xml", b"<?xml")):
        assert staff.get(address(paper, form)).content.startswith(begins)


def test_files_are_for_those_who_may_see_the_paper():
    paper = issue_for(ChargeFactory(collected=True))
    user, client = UserFactory(username="clerk", is_staff=True), Client()
    for names, expected in (([], 403), (["view_taxpaper"], 200)):
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        assert client.get(address(paper, "pdf")).status_code == expected
    assert Client().get(address(paper, "pdf")).status_code == 302


def test_a_paper_that_is_not_there_has_no_file(staff):
    assert staff.get("/admin/invoicing/taxpaper/7/pdf").status_code == 404


def test_papers_are_filtered_by_kind_and_buyer(staff):
    paper = issue_for(ChargeFactory(collected=True))
    assert address(paper) in listed(staff, kind__exact="invoice", buyer__id__exact=paper.buyer_id)
    assert address(paper) not in listed(staff, kind__exact="credit_note")
    assert TaxPaper.objects.count() == 1


def test_a_new_rate_follows_the_last_day_of_the_old_one(staff):
    old = TaxRate.objects.get(country="DE")
    new = {"country": "DE", "kind": "standard", "basis_points": "2100", "valid_from": "2027-01-01"}
    add = reverse("admin:taxes_taxrate_add")
    assert staff.post(address(old), {"valid_to": "2026-12-31", "basis_points": "1"}).status_code == 302
    assert staff.post(add, new).status_code == 302
    old.refresh_from_db()
    assert (old.basis_points, old.valid_to) == (1900, date(2026, 12, 31))
    assert TaxRate.objects.get(country="DE", valid_to=None).basis_points == 2100


@pytest.mark.slow
def test_rates_that_end_and_invoices_that_are_held_are_told_on_the_first_page(staff):
    TaxRate.objects.filter(country="DE").update(valid_to=clock.now().date() - timedelta(days=1))
    charge = ChargeFactory(collected=True)
    hold_invoices(draft_invoices([charge.public_id]).held)
    concerns = {each.title: each for each in staff.get("/admin/").context["concerns"]}
    held, ending = (
        concerns["Tax invoices held: a tax rate is missing"],
        concerns["Tax rates that end with none to follow"],
    )
    assert [each.value for each in (held, ending)] == ["1", "1"]
    assert ending.remark.startswith("the first: DE on ")
    page = staff.get(address(charge)).content.decode()
    assert "No rate of DE on " in page
    assert "not known then" in page  # The tax that was shown.
    [row] = HeldInvoice.objects.all()
    for page in (held.address, f"{held.address}&q={charge.public_id}", f"{held.address}&q=DE"):
        assert address(charge) in staff.get(page).content.decode()
    assert charge.buyer.name in staff.get(address(row)).content.decode()
    assert address(TaxRate.objects.get(country="DE")) in staff.get(ending.address).content.decode()


def test_a_second_rate_of_the_same_day_is_told_on_the_form(staff):
    new = {"country": "DE", "kind": "standard", "basis_points": "2100", "valid_from": "2027-01-01"}
    answer = staff.post(reverse("admin:taxes_taxrate_add"), new)
    assert answer.status_code == 200
    assert "is valid on one day of it" in answer.content.decode()


def test_an_organisation_has_its_details_checked(staff):
    organization = OrganizationFactory()
    said = {"name": "Kites", **DETAILS, **NO_ROWS_BELOW}
    wrong = staff.post(address(organization), said | {"vat_number": "ATU1"})
    assert "check digits are wrong" in wrong.content.decode()
    assert staff.post(address(organization), said | {"vat_number": "atu 13585627"}).status_code == 302
    organization.refresh_from_db()
    assert (organization.vat_number, organization.legal_name) == ("ATU13585627", "Paper Kites GmbH")


def test_evidence_is_printed_with_the_consent_word_for_word(staff):
    charge = ChargeFactory(collected=True, name='Straße "7" <b>')
    told = report(charge, status=DisputeStatus.OPENED)
    dispute = record_dispute(Asked("sandbox", told, clock.now()))
    answer = staff.get(address(dispute, "evidence_pdf"))
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-dp_1.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    flat = "".join(text.split())
    assert charge.acceptance.terms_hash in flat
    assert "TheSHA-256ofthistextisthefingerprintabove." in flat
    assert "192.0.2.1" in flat
    assert charge.buyer_account.email in flat
    assert 'Straße"7"<b>' in flat
