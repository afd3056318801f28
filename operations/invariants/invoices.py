"""Invariants of tax invoices and credit notes."""

from datetime import timedelta
from typing import Any

from core import clock
from core.bulk import run_query
from invoicing.invoices import find_start
from invoicing.models import HeldInvoice
from operations.invariants.base import Invariant, Row
from taxes.parties import is_issuing

# Papers are issued by a sweep behind the payments, which may have stood still for a while.
GRACE = timedelta(hours=1)
# Each credit note whose refund came back is taken over by one thing of its amount that was given back. What
# has no room within its invoice was logged.
MISSING = """
    SELECT c.public_id AS charge, c.kind, c.finished_at FROM charges_charge c
    LEFT JOIN invoicing_taxpaper i ON i.kind = 'invoice' AND i.charge_id = c.id
    LEFT JOIN invoicing_heldinvoice h ON h.charge_id = c.id AND h.released_at IS NULL
    WHERE h.id IS NULL AND i.id IS NULL AND c.kind = 'charge' AND c.status = 'success'
      AND c.customer_id IS NULL AND c.event_count > 0
      AND c.finished_at BETWEEN %(since)s AND %(now)s - %(grace)s
    UNION ALL
    SELECT g.public_id, g.kind, g.at FROM (
        SELECT u.*, i.id AS invoice_id, i.total_minor,
               row_number() OVER (PARTITION BY u.charge_id, u.amount_minor ORDER BY u.at) AS place
        FROM (
            SELECT r.public_id, 'refund' AS kind, r.refund_of_id AS charge_id, r.total_minor AS amount_minor,
                   r.finished_at AS at
            FROM charges_charge r LEFT JOIN invoicing_taxpaper n ON n.refund_id = r.id
            WHERE n.id IS NULL AND r.kind = 'refund' AND r.status = 'success' AND r.event_count > 0
            UNION ALL
            SELECT d.public_id, 'dispute', d.charge_id, d.amount_minor, d.closed_at
            FROM charges_dispute d LEFT JOIN invoicing_taxpaper n ON n.dispute_id = d.id
            WHERE n.id IS NULL AND d.status = 'lost'
        ) u JOIN invoicing_taxpaper i ON i.kind = 'invoice' AND i.charge_id = u.charge_id
        WHERE u.at BETWEEN %(since)s AND %(now)s - %(grace)s
    ) g CROSS JOIN LATERAL (
        SELECT COUNT(*) FILTER (WHERE b.status = 'failed' AND n.total_minor = g.amount_minor) AS free,
               COALESCE(SUM(n.total_minor), 0) AS credited
        FROM invoicing_taxpaper n LEFT JOIN charges_charge b ON b.id = n.refund_id
        WHERE n.invoice_id = g.invoice_id
    ) t
    WHERE g.place > t.free AND t.credited + g.amount_minor <= g.total_minor
    LIMIT 21
"""


def find_missing() -> list[Row]:
    """Return what was collected or given back an hour ago and has no paper, where papers are issued."""
    if not is_issuing():
        return []
    values: dict[str, Any] = {"since": find_start(), "now": clock.now(), "grace": GRACE}
    names = ("charge", "kind", "finished_at")
    return [dict(zip(names, row, strict=True)) for row in run_query(MISSING, values)]


def find_held() -> list[Row]:
    """Return the invoices that have waited for a rate for an hour."""
    held = HeldInvoice.objects.open().filter(held_at__lt=clock.now() - GRACE).order_by("pk")
    rows = held.values_list("charge__public_id", "country", "day")[:21]
    return [{"charge": charge, "country": country, "day": day} for charge, country, day in rows]


INVOICES = (
    Invariant(
        "I-46a",
        "A series of numbers has each from 1 to its last once, without a gap.",
        """
        SELECT s.prefix, s.last, COUNT(p.id) AS papers, MIN(p.number) AS lowest, MAX(p.number) AS highest
        FROM invoicing_series s LEFT JOIN invoicing_taxpaper p ON p.series_id = s.id
        GROUP BY s.id
        HAVING COUNT(DISTINCT p.number) <> s.last OR COUNT(p.id) <> s.last
            OR COALESCE(MAX(p.number), 0) <> s.last OR MIN(p.number) <> 1
        """,
    ),
    Invariant(
        "I-46b",
        "A tax invoice is of a collected charge, once, over its total; net and tax are the total.",
        """
        SELECT p.name, c.public_id AS charge, p.total_minor, c.total_minor AS charged
        FROM invoicing_taxpaper p JOIN charges_charge c ON c.id = p.charge_id
        WHERE p.net_minor + p.tax_minor <> p.total_minor OR p.kind = 'invoice' AND (
            c.kind <> 'charge' OR c.status <> 'success' OR p.total_minor <> c.total_minor
            OR (p.currency, p.livemode, p.buyer_id, p.seller_id, p.application_id)
               IS DISTINCT FROM (c.currency, NOT c.test, c.buyer_id, c.payee_id, c.order_application_id))
        UNION ALL
        SELECT MIN(name), NULL, SUM(total_minor)::bigint, COUNT(*) FROM invoicing_taxpaper
        WHERE kind = 'invoice' GROUP BY charge_id HAVING COUNT(*) > 1
        """,
    ),
    Invariant(
        "I-46c",
        "A credit note is of a refund that was paid or a lost dispute; all of an invoice stay within it.",
        """
        SELECT n.name, n.total_minor, COALESCE(r.total_minor, d.amount_minor) AS given_back
        FROM invoicing_taxpaper n
        LEFT JOIN charges_charge r ON r.id = n.refund_id LEFT JOIN charges_dispute d ON d.id = n.dispute_id
        WHERE n.kind = 'credit_note' AND (
            (n.total_minor, n.charge_id) IS DISTINCT FROM (COALESCE(r.total_minor, d.amount_minor),
                                                           COALESCE(r.refund_of_id, d.charge_id))
            OR r.status <> 'success' AND NOT EXISTS (
                SELECT FROM charges_attempt a WHERE a.charge_id = r.id AND a.state = 'returned')
            OR d.status <> 'lost')
        UNION ALL
        SELECT i.name, i.total_minor, SUM(n.total_minor)::bigint
        FROM invoicing_taxpaper i JOIN invoicing_taxpaper n ON n.invoice_id = i.id
        GROUP BY i.id
        HAVING SUM(n.total_minor) > i.total_minor OR SUM(n.tax_minor) > i.tax_minor
            OR SUM(n.net_minor) > i.net_minor OR BOOL_OR(n.charge_id <> i.charge_id)
            OR SUM(n.total_minor) = i.total_minor AND SUM(n.tax_minor) <> i.tax_minor
        """,
    ),
    Invariant(
        "I-46d",
        "A file of a paper is the one that was handed out first.",
        """
        SELECT p.name, f.format FROM invoicing_paperfile f JOIN invoicing_taxpaper p ON p.id = f.paper_id
        WHERE encode(sha256(f.content), 'hex') <> f.sha256
        """,
    ),
    Invariant(
        "I-46e",
        "The invoice of what a buyer paid first has the tax that the buyer agreed to.",
        """
        SELECT p.name, c.public_id AS charge, a.tax -> 'tax' AS agreed
        FROM invoicing_taxpaper p JOIN charges_charge c ON c.id = p.charge_id
        JOIN charges_acceptance a ON a.charge_id = c.id
            OR a.subscription_id = c.subscription_id AND c.period = 0
        WHERE p.kind = 'invoice' AND jsonb_typeof(a.tax -> 'tax') = 'array'
          AND a.tax -> 'tax'
              <> jsonb_build_array(p.tax_category, p.tax_country, p.tax_basis_points)
        """,
    ),
    Invariant(
        "I-40h",
        "A collected charge has its tax invoice, and what was given back of it its credit note.",
        search=find_missing,
        hint="Are worker and beat running?",
        liveness=True,
    ),
    Invariant(
        "I-40i",
        "No tax invoice waits for a rate.",
        search=find_held,
        hint="Enter the missing rates.",
        liveness=True,
    ),
)
