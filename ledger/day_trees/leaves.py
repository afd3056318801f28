"""The leaves: each ledger transaction with its entries as one text of JSON, hashed by PostgreSQL."""

from core.bulk import run_query

INSTANT = """'"' || to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'"""
ENTRY = """
'{"entry":' || e.id || ',"account":"' || a.kind || '","organization":'
    || COALESCE('"' || o.public_id || '"', 'null') || ',"amount_minor":' || e.amount_minor || '}'
"""
# The columns and their order are promised in docs/proofs.md: another text is another format.
TEXT = f"""
'{{"format":"billing-leaf-1","transaction":"' || t.public_id || '","kind":"' || t.kind
    || '","reference":' || to_json(t.reference::text) || ',"description":' || to_json(t.description::text)
    || ',"currency":"' || t.currency || '","livemode":' || t.livemode::text
    || ',"recorded_at":' || {INSTANT.format("t.created_at")}
    || ',"occurred_at":' || COALESCE({INSTANT.format("t.occurred_at")}, 'null')
    || ',"entries":[' || l.entries || ']}}'
"""
DIGEST = r"sha256('\x00'::bytea || convert_to({}, 'UTF8'))"


def write_entries_sql(where: str) -> str:
    """Return SQL for the entries of ledger transactions as JSON; `where` is about entries e."""
    return f"""
        SELECT e.transaction_id, string_agg({ENTRY}, ',' ORDER BY e.id) AS entries
        FROM ledger_ledgerentry e
        LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
        LEFT JOIN customers_organization o ON o.id = a.organization_id
        {where}
        GROUP BY e.transaction_id
    """


ONE = f"""
SELECT {TEXT} FROM ledger_ledgertransaction t
JOIN ({write_entries_sql("WHERE e.transaction_id = %(transaction)s")}) l ON l.transaction_id = t.id
WHERE t.id = %(transaction)s
"""


def write_digests_sql(where: str = "") -> str:
    """Return SQL for the id, `created_at` and digest of ledger transactions; `where` is about entries e."""
    return f"""
        SELECT t.id, t.created_at, {DIGEST.format(TEXT)} AS digest
        FROM ledger_ledgertransaction t
        JOIN ({write_entries_sql(where)}) l ON l.transaction_id = t.id
    """


def read_text(transaction_id: int) -> str:
    """Return the text of the leaf of a ledger transaction."""
    [(text,)] = run_query(ONE, {"transaction": transaction_id})
    return str(text)
