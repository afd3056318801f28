"""What a month was for sellers: the lines of their accounts, and what they come to."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from bookkeeping.models import PARTS, Statement
from core.bulk import run_query
from ledger.models import Month

# Which part of a statement the beginning of a kind of transaction is; what else there is, is a correction.
PART_OF = {
    "collection": "sales",
    "refund": "refunds",
    "dispute": "disputes",
    "disbursement": "disbursements",
    "fee": "fees",
    "withdrawal": "payouts",
    "payout": "payouts",
}
# These divide a buyer's money between seller and marketplace, so the commission has a column of its own.
DIVIDED = (
    "('collection', 'refund', 'refund_returned', 'disbursement',"
    " 'dispute_opened', 'dispute_won', 'dispute_lost')"
)
WHENS = " ".join(f"WHEN starts_with(t.kind, '{kind}') THEN '{part}'" for kind, part in PART_OF.items())
# Seen by the seller: what adds to its balance is positive.
LINES = f"""
SELECT e.id, e.account_id, t.public_id, t.kind, CASE {WHENS} ELSE 'corrections' END AS part,
       t.reference, t.description, t.created_at,
       t.occurred_at, -e.amount_minor AS net_minor,
       COALESCE(r.amount_minor, 0) AS commission_minor
FROM ledger_ledgerentry e
JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
JOIN ledger_ledgeraccount a ON a.id = e.account_id
LEFT JOIN ledger_ledgeraccount ra
    ON ra.kind = 'commission_revenue' AND ra.currency = a.currency AND ra.livemode = a.livemode
LEFT JOIN ledger_ledgerentry r ON r.transaction_id = e.transaction_id
   AND r.account_id = ra.id AND t.kind IN {DIVIDED}
WHERE a.kind = 'seller_payable' AND a.livemode AND e.id >= %(first)s
  AND t.created_at >= %(start)s AND t.created_at < %(end)s
"""
# The text of a line, of which a statement keeps the hash: docs/closing.md.
HASHED = """
sha256(convert_to(concat_ws('|', public_id, kind,
    to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    net_minor - commission_minor, commission_minor, net_minor, description), 'UTF8'))
"""
SUMS = ", ".join(
    f"COALESCE(SUM(net_minor - commission_minor) FILTER (WHERE part = '{part}'), 0)::bigint AS {part}_minor"
    for part in PARTS
    if part != "commission"
)
FIGURES = f"""
SELECT account_id, {SUMS}, SUM(commission_minor)::bigint AS commission_minor, COUNT(*) AS line_count,
       encode(sha256(string_agg({HASHED}, ''::bytea ORDER BY id)), 'hex') AS lines_hash
FROM ({{lines}}) lines GROUP BY account_id
"""
COLUMNS = [f"{part}_minor" for part in PARTS]
NAMES = (
    "account_id",
    *(name for name in COLUMNS if name != "commission_minor"),
    "commission_minor",
    "line_count",
    "lines_hash",
)
STORE = f"""
INSERT INTO bookkeeping_statement (month_id, account_id, organization_id, currency, opening_minor,
    {", ".join(COLUMNS)}, closing_minor, line_count, lines_hash)
SELECT b.month_id, a.id, a.organization_id, a.currency, -b.opening_minor,
    {", ".join(f"COALESCE(f.{name}, 0)" for name in COLUMNS)}, -b.closing_minor,
    COALESCE(f.line_count, 0), COALESCE(f.lines_hash, encode(sha256(''), 'hex'))
FROM ledger_monthbalance b
JOIN ledger_ledgeraccount a ON a.id = b.account_id
LEFT JOIN ({FIGURES.format(lines=LINES)}) f ON f.account_id = a.id
WHERE b.month_id = %(month)s AND a.kind = 'seller_payable'
  AND (b.opening_minor <> 0 OR b.closing_minor <> 0 OR f.line_count > 0)
"""
ONE_ACCOUNT = f"{LINES} AND e.account_id = %(account)s"
PAGE = f"SELECT * FROM ({ONE_ACCOUNT} AND e.id > %(after)s ORDER BY e.id LIMIT %(limit)s) lines"


class Line(NamedTuple):
    """One line of a seller's account (cents, positive adds to what it is owed); `id` is its place."""

    id: int
    account_id: int
    public_id: UUID
    kind: str
    part: str
    reference: str
    description: str
    created_at: datetime
    occurred_at: datetime | None
    net_minor: int
    commission_minor: int

    @property
    def gross_minor(self) -> int:
        """What the buyer paid or got back, or the whole of what else moved."""
        return self.net_minor - self.commission_minor


def store_statements(month: Month) -> None:
    """Write the statements of a month that is being closed, after its balances; both must agree."""
    with connection.cursor() as cursor:
        cursor.execute(STORE, _bound(month) | {"month": month.pk})


def sum_up(account_id: int, *, opening_minor: int, first: int, start: datetime, end: datetime) -> Statement:
    """Return the statement of an account for a time that is not closed, unsaved: it may still change."""
    params = {"account": account_id, "first": first, "start": start, "end": end}
    rows = run_query(FIGURES.format(lines=ONE_ACCOUNT), params)
    figures = dict(zip(NAMES, rows[0], strict=True)) if rows else {}
    statement = Statement(
        **{name: figures.get(name, 0) for name in COLUMNS},
        account_id=account_id,
        opening_minor=opening_minor,
        line_count=figures.get("line_count", 0),
        lines_hash=figures.get("lines_hash", ""),
    )
    statement.closing_minor = opening_minor + sum(getattr(statement, name) for name in COLUMNS)
    return statement


def list_lines(
    account_id: int, *, first: int, start: datetime, end: datetime, after: int = 0, limit: int
) -> list[Line]:
    """Return lines of an account in the order of their places, from after one on."""
    params = {"account": account_id, "first": first, "start": start, "end": end}
    return [Line._make(row) for row in run_query(PAGE, params | {"after": after, "limit": limit})]


def _bound(month: Month) -> dict[str, Any]:
    return {"first": month.first_entry, "start": month.starts_at, "end": month.ends_at}
