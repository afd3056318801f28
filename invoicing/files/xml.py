"""The structured invoice of EN 16931, as Cross Industry Invoice, by the library factur-x."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from facturx import generate_cii_xml

from core.money import Money
from invoicing.models import TaxPaper
from taxes.rules import TaxCategory, write_percent

INVOICE, CREDIT_NOTE = "380", "381"
EACH = "C62"  # The unit "one" of UN/ECE recommendation 20.
UNTAXED: Mapping[str, tuple[str, str]] = {
    TaxCategory.REVERSE_CHARGE: ("Reverse charge", "VATEX-EU-AE"),
    TaxCategory.OUT_OF_SCOPE: ("Not subject to VAT", "VATEX-EU-O"),
}
NO_SCHEME = ""  # Of an identifier that no register has given.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(paper: TaxPaper, *, is_checked: bool = False) -> bytes:
    """Return the file, the same for the same paper; `is_checked` validates it against the schema."""
    xml: bytes = generate_cii_xml(
        describe(paper), level="en16931", check_xsd=is_checked, check_schematron=False
    )
    return xml


def describe(paper: TaxPaper) -> dict[str, Any]:
    """Return a paper by the terms of EN 16931."""
    net, tax, total = (_write(amount) for amount in (paper.net, paper.tax, paper.total))
    return {
        "BT-1": paper.name,
        "BT-2": paper.issued_at.date(),
        "BT-3": CREDIT_NOTE if paper.is_credit_note else INVOICE,
        "BT-5": paper.currency,
        "BT-72": paper.supplied_at.date(),
        "BG-1": [{"BT-22": note} for note in _list_notes(paper)],
        "BG-3": _list_invoices(paper),
        "BG-4": _describe_issuer(paper),
        "BG-7": _describe_recipient(paper),
        "BT-106": net,
        "BT-109": net,
        "BT-110": tax,
        "BT-112": total,
        "BT-113": total,
        "BT-115": _write(Money(0, paper.currency)),
        "BG-23": [{"BT-116": net, "BT-117": tax, **_describe_tax(paper)}],
        "BG-25": [_describe_line(paper)],
    }


def _list_notes(paper: TaxPaper) -> list[str]:
    notes = [] if paper.livemode else ["SPECIMEN: a test, not an invoice."]
    if paper.is_credit_note:
        return [*notes, f"Credit note for {paper.read_line('invoice')}: {paper.read_line('reason')}."]
    seller = keep_text(paper.read_line("seller"))
    return [*notes, f"Paid. Charge {paper.read_line('charge')}, sold by {seller}."]


def _list_invoices(paper: TaxPaper) -> list[dict[str, Any]]:
    if not paper.is_credit_note:
        return []
    day = date.fromisoformat(paper.read_line("invoice_day"))
    return [{"BT-25": paper.read_line("invoice"), "BT-26": day}]


def _describe_issuer(paper: TaxPaper) -> dict[str, Any]:
    """Return the issuer; one without a VAT number goes by its name, as some identifier has to be there."""
    said = _describe_party(paper.issuer, is_taxable=_is_taxable(paper))
    named = "vat_identifier" in said or "identifiers" in said
    return said if named else {**said, "identifiers": {NO_SCHEME: said["name"]}}


def _describe_recipient(paper: TaxPaper) -> dict[str, Any]:
    """Return the recipient; one whose country is not known is treated as one of the issuer's."""
    said = _describe_party(paper.recipient, is_taxable=_is_taxable(paper))
    return {"country_code": paper.issuer["country"], **said}


def _describe_party(details: Mapping[str, str], *, is_taxable: bool) -> dict[str, Any]:
    """Return a party. Where there is no VAT its number must not be said as such, but as any identifier."""
    said: dict[str, Any] = {
        "name": details["legal_name"],
        "addr_l1": details["street"],
        "postcode": details["postal_code"],
        "city": details["city"],
        "country_code": details["country"],
        "vat_identifier": details["vat_number"],
    }
    kept = {name: keep_text(text) for name, text in said.items() if text}
    if is_taxable or "vat_identifier" not in kept:
        return kept
    number = kept.pop("vat_identifier")
    return {**kept, "identifiers": {NO_SCHEME: number}}


def _is_taxable(paper: TaxPaper) -> bool:
    return bool(paper.tax_category != TaxCategory.OUT_OF_SCOPE)


def _describe_tax(paper: TaxPaper) -> dict[str, str]:
    reason, code = UNTAXED.get(paper.tax_category, ("", ""))
    said = {"BT-118": paper.tax_category, "BT-120": reason, "BT-121": code}
    if _is_taxable(paper):
        said["BT-119"] = write_percent(paper.tax_basis_points)
    return {name: text for name, text in said.items() if text}


def _describe_line(paper: TaxPaper) -> dict[str, Any]:
    """Return the one line. Its price is the net amount for so many, so that both agree to the cent."""
    line = {
        "BT-126": "1",
        "BT-153": keep_text(paper.read_line("name")),
        "BT-154": keep_text(paper.read_line("app")),
        "BT-129": str(paper.read_line("quantity")),
        "BT-130": EACH,
        "BT-131": _write(paper.net),
        "BT-146": _write(paper.net),
        "BT-149": str(paper.read_line("quantity")),
        "BT-151": paper.tax_category,
    }
    if _is_taxable(paper):
        line["BT-152"] = write_percent(paper.tax_basis_points)
    return line


def _write(money: Money) -> str:
    return f"{money.units:f}"


def keep_text(text: str) -> str:
    """Return a text with marks for what XML cannot hold."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
