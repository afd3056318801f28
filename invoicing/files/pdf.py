"""The printed paper, with the structured invoice embedded in it."""

from collections.abc import Mapping
from typing import Any

from core.money import Money
from customers.countries import COUNTRIES
from invoicing.files.hybrid import join_files
from invoicing.files.layout import Block, build_pdf, facts, gap, paragraph, table, title
from invoicing.models import TaxPaper
from taxes.rules import TaxCategory, write_percent

SPECIMEN = "SPECIMEN - NOT AN INVOICE"
CLAUSES: Mapping[str, str] = {
    TaxCategory.REVERSE_CHARGE: "Reverse charge: the recipient owes the tax (Art. 196 of 2006/112/EC).",
    TaxCategory.OUT_OF_SCOPE: "Not subject to VAT in the country of the issuer.",
}


def write_pdf(paper: TaxPaper, *, xml: bytes) -> bytes:
    """Return the file, the same for the same paper and structured invoice."""
    mark = "" if paper.livemode else SPECIMEN
    printed = build_pdf(
        list_blocks(paper), name=paper.name, author=str(paper.issuer["legal_name"]), mark=mark
    )
    return join_files(printed, xml, paper)


def list_blocks(paper: TaxPaper) -> list[Block]:
    """Return what is printed."""
    return [
        title(f"{paper.get_kind_display()} {paper.name}"),
        paragraph(describe_party(paper.issuer)),
        gap(),
        facts(_list_facts(paper)),
        gap(),
        table(
            ["What was sold", "Quantity", "Net"],
            [[_describe_line(paper), paper.read_line("quantity"), paper.net]],
            [0.6, 0.15, 0.25],
        ),
        gap(),
        facts(list_amounts(paper)),
        gap(),
        paragraph("\n".join(_list_clauses(paper))),
    ]


def describe_party(details: Mapping[str, str]) -> str:
    """Return name, address and VAT number, one a line."""
    lines = [
        details["legal_name"],
        details["street"],
        f"{details['postal_code']} {details['city']}".strip(),
        COUNTRIES.get(details["country"], details["country"]),
        f"VAT number {details['vat_number']}" if details["vat_number"] else "",
    ]
    return "\n".join(line for line in lines if line)


def list_amounts(paper: TaxPaper) -> list[tuple[str, Any]]:
    """Return net, tax and total."""
    percent, country = write_percent(paper.tax_basis_points), paper.tax_country
    named = f"Tax, {percent} % ({country})" if country else "Tax"
    return [("Net", paper.net), (named, paper.tax), ("Total", paper.total)]


def _list_facts(paper: TaxPaper) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = [
        ("For", describe_party(paper.recipient)),
        ("Issued", f"{paper.issued_at:%Y-%m-%d}"),
        ("Given back" if paper.is_credit_note else "Supplied and paid", f"{paper.supplied_at:%Y-%m-%d}"),
    ]
    if paper.is_credit_note:
        said.append(("For invoice", f"{paper.read_line('invoice')} of {paper.read_line('invoice_day')}"))
    said += [("App", paper.read_line("app")), ("Sold by", paper.read_line("seller"))]
    return [*said, ("Charge", paper.read_line("charge"))]


def _describe_line(paper: TaxPaper) -> str:
    parts = [paper.read_line("name")]
    if paper.read_line("per_account"):
        parts.append("per account")
    if start := paper.read_line("period_start"):
        parts.append(f"period from {start}")
    price = Money(paper.read_line("price_minor"), paper.currency)
    if not paper.is_credit_note:
        parts.append(f"{price} each{', tax included' if paper.tax_minor else ''}")
    return "\n".join(parts)


def _list_clauses(paper: TaxPaper) -> list[str]:
    clauses = [CLAUSES[paper.tax_category]] if paper.tax_category in CLAUSES else []
    if bank := paper.issuer.get("bank"):
        clauses.append(f"Bank: {bank}")
    done = "This amount was given back." if paper.is_credit_note else "This invoice is paid; nothing is due."
    return [*clauses, done, "All dates are in UTC."]
