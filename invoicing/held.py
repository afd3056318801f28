"""Holding invoices whose rate is missing, and releasing them: the payment is made, only its paper waits."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import structlog

from core import clock
from invoicing.drafts import Draft
from invoicing.models import HeldInvoice
from taxes.terms import TaxTerms

log = structlog.get_logger(__name__)


def find_releasable(limit: int) -> dict[UUID, TaxTerms]:
    """Return the charges of held invoices whose rate is known by now, with their terms, the oldest first."""
    rows = HeldInvoice.objects.releasable().order_by("pk").values_list("charge__public_id", "terms")[:limit]
    return {charge: terms for charge, kept in rows if (terms := TaxTerms.read(kept))}


def hold_invoices(held: Sequence[HeldInvoice]) -> None:
    """Write down which invoices wait for which rates; those that waited before go on waiting."""
    for each in held:
        log.error("no tax rate", country=each.country, day=each.day, charge=each.charge_id)
    HeldInvoice.objects.bulk_create(held, ignore_conflicts=True)


def release_invoices(releasable: Mapping[UUID, TaxTerms], issued: Iterable[Draft]) -> list[int]:
    """Note that invoices that were held are written, and return their charges."""
    if not releasable:
        return []
    held = HeldInvoice.objects.open().filter(charge__in=[draft.charge_id for draft in issued])
    released = [*held.values_list("charge", flat=True)]
    held.update(released_at=clock.now())
    return released
