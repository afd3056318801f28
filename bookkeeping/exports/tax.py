"""The tax of a time by who issued the papers, country and rate: what tax returns ask for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum

from core.money import Money
from customers.models import Organization
from invoicing.models import PaperKind, TaxPaper
from taxes.rules import write_percent

COLUMNS = (
    *("issuer", "issuer_licence", "kind", "tax_category", "tax_country", "tax_percent", "currency", "papers"),
    *("net", "net_minor", "tax", "tax_minor", "total", "total_minor"),
)
SUMMED = ("net_minor", "tax_minor", "total_minor")
GROUPED = ("series__issuer", "currency", "tax_category", "tax_country", "tax_basis_points", "kind")


def write_tax(start: datetime, end: datetime) -> Iterator[list[Any]]:
    """Yield the sums of live papers of what was collected or given back in a time (UTC).

    Credit notes are negative. What is held or not issued yet is not there.
    """
    yield [*COLUMNS]
    # A paper is issued after the payment, so the index on that day finds where to begin.
    papers = TaxPaper.objects.filter(
        livemode=True, issued_at__gte=start, supplied_at__gte=start, supplied_at__lt=end
    )
    sums = {name: Sum(name) for name in SUMMED}
    rows = list(papers.order_by(*GROUPED).values(*GROUPED).annotate(papers=Count("pk"), **sums))
    issuers = Organization.objects.in_bulk({row["series__issuer"] for row in rows} - {None})
    for row in rows:
        yield [*_name_issuer(issuers.get(row["series__issuer"])), *_describe(row)]


def _name_issuer(issuer: Organization | None) -> tuple[str, int | str]:
    """Return the name and the licence of a seller, or the name of the marketplace, which has none."""
    if issuer is None:
        return (settings.INVOICING["issuer"] or {}).get("legal_name", ""), ""
    return issuer.legal_name or issuer.name, issuer.license_id


def _describe(row: dict[str, Any]) -> Iterator[Any]:
    currency, sign = row["currency"], -1 if row["kind"] == PaperKind.CREDIT_NOTE else 1
    yield from (row["kind"], row["tax_category"], row["tax_country"])
    yield from (write_percent(row["tax_basis_points"]), currency, row["papers"])
    for name in SUMMED:
        minor = sign * int(row[name])
        yield from (Money(minor, currency).units, minor)
