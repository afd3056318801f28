"""Evidence for a dispute as PDF: the same facts as in the HTML file, printed as tax papers are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backoffice.evidence import collect_evidence
from charges.models import Dispute
from invoicing.files.layout import Block, build_pdf, facts, heading, paragraph, table, title

NO_CONSENT = "The customer agreed with the merchant, whose records hold the consent."
MATCHES = {
    True: "The SHA-256 of this text is the fingerprint above.",
    False: "The SHA-256 of this text is not the fingerprint above: these records were changed.",
}
# Heading, columns and their shares of the page, by the name of the rows.
TABLES: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "history": ("History of the charge", {"at": 0.25, "change": 0.25, "actor": 0.25, "why": 0.25}),
    "attempts": (
        "Attempts to collect it",
        {"number": 0.1, "state": 0.15, "amount": 0.15, "sent": 0.2, "reference": 0.2, "said": 0.2},
    ),
    "deliveries": (
        "What the seller's application was told",
        {"told": 0.3, "at": 0.2, "to": 0.2, "status": 0.1, "delivered": 0.2},
    ),
    "refunds": ("Refunds", {"id": 0.4, "status": 0.2, "amount": 0.2, "at": 0.2}),
    "earlier": ("Earlier payments", {"id": 0.4, "status": 0.2, "amount": 0.2, "at": 0.2}),
}


def write_evidence_pdf(dispute: Dispute) -> bytes:
    """Return the file. It names the payer, so hand it to the bank only."""
    found = collect_evidence(dispute)
    name = f"Evidence for dispute {dispute.reference}"
    blocks = [
        title(name),
        paragraph(f"Made {found['made_at']} from the records of the billing server. Times are UTC."),
        heading("The dispute"),
        facts(_fill(found["facts"])),
        heading("The consent"),
        *_print_consent(found["consent"]),
        heading("The charge"),
        facts(_fill(found["charge_facts"])),
    ]
    for rows in TABLES:
        blocks += _print_rows(rows, found[rows])
    return build_pdf(blocks, name=name, author="Billing server")


def _print_consent(consent: Mapping[str, Any] | None) -> list[Block]:
    """Return who agreed, when and from where, and the words that were shown."""
    if consent is None:
        return [paragraph(NO_CONSENT)]
    return [
        facts(_fill(consent["facts"])),
        heading("The terms that were accepted"),
        facts(_fill(consent["terms"])),
        paragraph("Word for word, as they were fingerprinted; amounts are whole minor units, such as cents:"),
        paragraph(consent["exact"]),
        paragraph(MATCHES[consent["matches"]]),
    ]


def _print_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not rows:
        return []
    text, columns = TABLES[name]
    cells = [["-" if row[column] in (None, "") else row[column] for column in columns] for row in rows]
    heads = [column.capitalize() for column in columns]
    return [heading(text), table(heads, cells, [*columns.values()])]


def _fill(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name, "-" if value in (None, "") else value) for name, value in pairs]
