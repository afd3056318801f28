"""Papers before they have their numbers, and writing them with their numbers and events."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from core import clock
from core.bulk import insert_rows
from core.ids import new_public_ids
from events.types import name_event
from events.writer import NewEvent, write_events, write_snapshot
from invoicing.models import TaxPaper
from invoicing.numbering import Number, SeriesKey, take_numbers
from taxes.rates import AppliedTax
from taxes.rules import TaxSplit

ISSUED = "issued"


class Draft(NamedTuple):
    """A paper without its number. Times are UTC."""

    kind: str
    charge_id: int
    invoice_id: int | None
    refund_id: int | None
    dispute_id: int | None
    application_id: int
    seller_id: int
    seller_license_id: int | None
    buyer_id: int
    livemode: bool
    supplied_at: datetime
    currency: str
    split: TaxSplit
    tax: AppliedTax
    issuer: Mapping[str, Any]
    recipient: Mapping[str, Any]
    line: Mapping[str, Any]

    def choose_series(self, year: int) -> SeriesKey:
        """Return where its number comes from; the licence is that of a seller who issues it."""
        issuer_id = None if self.seller_license_id is None else self.seller_id
        return SeriesKey(issuer_id, self.seller_license_id, self.kind, year, self.livemode)


class PaperRow(NamedTuple):
    """The columns of a new TaxPaper."""

    public_id: UUID
    kind: str
    series_id: int
    number: int
    name: str
    charge_id: int
    invoice_id: int | None
    refund_id: int | None
    dispute_id: int | None
    application_id: int
    seller_id: int
    buyer_id: int
    livemode: bool
    issued_at: datetime
    supplied_at: datetime
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    tax_category: str
    tax_country: str
    tax_basis_points: int
    issuer: str
    recipient: str
    line: str


def write_papers(drafts: Sequence[Draft]) -> int:
    """Number and write papers with their events, in the caller's transaction; return how many."""
    if not drafts:
        return 0
    now = clock.now()
    numbers = take_numbers(draft.choose_series(now.year) for draft in drafts)
    ids = new_public_ids(len(drafts))
    rows = [_lay_out(*each, now) for each in zip(ids, drafts, numbers, strict=True)]
    _find_by_keys()
    insert_rows(TaxPaper, rows)
    write_events([_describe(row) for row in rows])
    return len(rows)


def _find_by_keys() -> None:
    """Let the guards of papers look charges up: for a thousand the planner would rather read all of them."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def _lay_out(public_id: UUID, draft: Draft, number: Number, now: datetime) -> PaperRow:
    return PaperRow(
        public_id=public_id,
        kind=draft.kind,
        series_id=number.series_id,
        number=number.number,
        name=number.name,
        charge_id=draft.charge_id,
        invoice_id=draft.invoice_id,
        refund_id=draft.refund_id,
        dispute_id=draft.dispute_id,
        application_id=draft.application_id,
        seller_id=draft.seller_id,
        buyer_id=draft.buyer_id,
        livemode=draft.livemode,
        issued_at=now,
        supplied_at=draft.supplied_at,
        currency=draft.currency,
        net_minor=draft.split.net_minor,
        tax_minor=draft.split.tax_minor,
        total_minor=draft.split.total_minor,
        tax_category=draft.tax.category,
        tax_country=draft.tax.country,
        tax_basis_points=draft.tax.basis_points,
        issuer=json.dumps(draft.issuer),
        recipient=json.dumps(draft.recipient),
        line=json.dumps(draft.line),
    )


def _describe(row: PaperRow) -> NewEvent:
    return NewEvent(
        type=name_event(row.kind, ISSUED),
        object_type=row.kind,
        object_id=row.public_id,
        sequence=1,
        application_id=row.application_id,
        organization_id=row.seller_id,
        buyer_id=row.buyer_id,
        livemode=row.livemode,
        occurred_at=row.issued_at,
        snapshot=write_snapshot(
            {
                "number": row.name,
                "amount": row.total_minor,
                "net": row.net_minor,
                "tax": row.tax_minor,
                "currency": row.currency,
            }
        ),
    )
