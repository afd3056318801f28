"""The invariants that are looked at each minute: what was posted since, and what an index finds at once.

Each has the number and the sentence of the whole one. Entries are never changed, so those that were sound
once are not read again; `manage.py verify` reads all.
"""

from dataclasses import replace

from core.ledger_references import write_charge_reference
from operations.invariants.day_trees import DAY_TREES
from operations.invariants.liveness import LIVENESS
from operations.invariants.money import MONEY
from operations.invariants.states import STATES

NEW_ENTRIES = "SELECT * FROM ledger_ledgerentry WHERE xact >= %(seen)s AND xact < %(horizon)s"
NEW_TRANSACTIONS = f"""
    SELECT * FROM ledger_ledgertransaction
    WHERE id = ANY(ARRAY(SELECT DISTINCT transaction_id FROM ({NEW_ENTRIES}) n))
"""
OF_NEW_ROWS = {
    "I-01": f"""
        SELECT transaction_id, SUM(amount_minor) AS out_by FROM ({NEW_ENTRIES}) e
        GROUP BY transaction_id HAVING SUM(amount_minor) <> 0
    """,
    "I-02": f"""
        SELECT transaction_id, COUNT(*) AS entries FROM ({NEW_ENTRIES}) e
        GROUP BY transaction_id HAVING COUNT(*) < 2 OR BOOL_OR(amount_minor = 0)
    """,
    "I-03": """
        SELECT a.currency, a.livemode, SUM(s.balance_minor) AS out_by
        FROM ledger_balancesnapshot s JOIN ledger_ledgeraccount a ON a.id = s.account_id
        GROUP BY a.currency, a.livemode HAVING SUM(s.balance_minor) <> 0
    """,
    "I-05": f"""
        SELECT e.id AS entry_id, t.reference FROM ({NEW_ENTRIES}) e
        JOIN ledger_ledgeraccount a ON a.id = e.account_id
        JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
        WHERE a.currency <> t.currency OR a.livemode <> t.livemode
    """,
    "I-07": f"""
        SELECT c.public_id AS charge, c.status, c.total_minor FROM ({NEW_TRANSACTIONS}) t
        JOIN charges_charge c ON c.public_id = substring(t.reference FROM 8)::uuid
        WHERE t.kind = 'collection' AND t.reference LIKE 'charge:%%' AND c.status = 'success' AND (
            SELECT COUNT(*) FROM charges_attempt a WHERE a.charge_id = c.id AND a.state = 'succeeded'
              AND (a.amount_minor, a.currency) = (c.total_minor, c.currency)
        ) <> 1
    """,
    "I-08": f"""
        SELECT t.reference, c.status, c.total_minor FROM ({NEW_TRANSACTIONS}) t
        LEFT JOIN charges_charge c
            ON t.reference LIKE 'charge:%%' AND c.public_id = substring(t.reference FROM 8)::uuid
        WHERE t.kind IN ('collection', 'disbursement', 'refund') AND (c.id IS NULL
            OR {write_charge_reference("c.public_id")} <> t.reference
            OR (SELECT ABS(SUM(e.amount_minor)) FROM ledger_ledgerentry e
                JOIN ledger_ledgeraccount a ON a.id = e.account_id AND a.kind = 'buyer_clearing'
                WHERE e.transaction_id = t.id) IS DISTINCT FROM c.total_minor)
    """,
}
AS_THEY_ARE = ("I-40a", "I-40b", "I-40d", "I-40f", "I-40g", "I-48d")
ALL = (*MONEY, *STATES, *LIVENESS, *DAY_TREES)
WATCHED = (
    *(replace(each, sql=OF_NEW_ROWS[each.id], parts=()) for each in ALL if each.id in OF_NEW_ROWS),
    *(each for each in ALL if each.id in AS_THEY_ARE),
)
