"""What the database refuses to have posted: what does not balance, mixes, comes too late, or is unproved."""

import pgtrigger

from core.kept_rows import append_only
from ledger.models.proofs import BOOKED, HAS_A_SOURCE, IS_PROVED

# Whoever posts shares this lock until it commits; who closes a month takes it alone, see ledger/months.py.
POSTING_LOCK = 7_205_759
CLOSED_UNTIL = "SELECT MAX(ends_at) FROM ledger_month WHERE fenced_at IS NOT NULL"
# With the lock the answer stays true until the commit. It would not be read anew in a stricter isolation.
ASK_WHAT_IS_CLOSED = f"""
IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
    RAISE EXCEPTION 'post in read committed only' USING ERRCODE = 'check_violation';
END IF;
PERFORM pg_advisory_xact_lock_shared({POSTING_LOCK});
closed_until := ({CLOSED_UNTIL});
"""
REFUSE_CLOSED = """
    RAISE EXCEPTION 'the month is closed, nothing is posted into it' USING ERRCODE = 'check_violation';
"""
REFUSE_UNPROVED = """
    RAISE EXCEPTION 'nothing shows that this money moved' USING ERRCODE = 'check_violation';
"""
INTO_OPEN_MONTHS = f"""
{ASK_WHAT_IS_CLOSED}
IF EXISTS (SELECT 1 FROM new_transactions WHERE livemode AND created_at < closed_until) THEN
{REFUSE_CLOSED}
END IF;
RETURN NULL;
"""
SHOWN = f"""
IF EXISTS (SELECT 1 FROM new_transactions t WHERE NOT ({HAS_A_SOURCE})) THEN
{REFUSE_UNPROVED}
END IF;
RETURN NULL;
"""
# A row that we see and whose writer is not done is our own. The ids of savepoints are near to ours.
IS_OUR_OWN = """
CASE WHEN t.xmin = ours::xid THEN true ELSE pg_xact_status((
    ours::text::bigint - ((ours::text::bigint - t.xmin::text::bigint + 2147483648 & 4294967295) - 2147483648)
)::text::xid8) = 'in progress' END
"""
BALANCED = f"""
{ASK_WHAT_IS_CLOSED}
SELECT looked.fault INTO fault FROM (
    SELECT CASE
        WHEN SUM(e.amount_minor) <> 0 THEN 'balance'
        WHEN NOT BOOL_AND(a.livemode = t.livemode AND a.currency = t.currency) THEN 'mixes'
        WHEN t.livemode AND t.created_at < closed_until THEN 'closed'
        WHEN ({IS_OUR_OWN}) IS NOT TRUE THEN 'complete'
    END AS fault
    FROM new_entries e
    LEFT JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
    LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
    GROUP BY e.transaction_id, t.id
) looked WHERE looked.fault IS NOT NULL LIMIT 1;
IF fault = 'balance' THEN
    RAISE EXCEPTION 'ledger transaction does not balance' USING ERRCODE = 'check_violation';
ELSIF fault = 'mixes' THEN
    RAISE EXCEPTION 'ledger transaction mixes currencies or modes' USING ERRCODE = 'check_violation';
ELSIF fault = 'closed' THEN
{REFUSE_CLOSED}
ELSIF fault = 'complete' THEN
    RAISE EXCEPTION 'nothing is added to a ledger transaction later' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""
PROVED = f"""
IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT transaction_id FROM new_entries) n
    JOIN ledger_ledgertransaction t ON t.id = n.transaction_id
    CROSS JOIN LATERAL ({BOOKED}) b
    WHERE t.kind <> 'withdrawal' AND ({IS_PROVED}) IS NOT TRUE
) THEN
{REFUSE_UNPROVED}
END IF;
RETURN NULL;
"""
# Looked at when all is committed: only then is the payout there that the sum was locked for.
LOCKED_FOR_A_PAYOUT = f"""
SELECT {IS_PROVED} INTO is_proved FROM ledger_ledgertransaction t CROSS JOIN LATERAL ({BOOKED}) b
WHERE t.id = NEW.id;
IF is_proved IS NOT TRUE THEN
{REFUSE_UNPROVED}
END IF;
RETURN NULL;
"""
WHILE_CLOSING = """
IF NOT EXISTS (
    SELECT 1 FROM ledger_month WHERE id = NEW.month_id AND fenced_at IS NOT NULL AND closed_at IS NULL
) THEN
    RAISE EXCEPTION 'the month is not being closed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


def posts_into_open_months() -> list[pgtrigger.Trigger]:
    """Return the triggers of transactions: closed months stay as they are, and each one has its source."""
    return [
        _after_insert("into_open_months", "new_transactions", INTO_OPEN_MONTHS, closed_until="timestamptz"),
        _after_insert("has_a_source", "new_transactions", SHOWN),
        locks_for_a_payout(),
    ]


def posts_whole_transactions() -> list[pgtrigger.Trigger]:
    """Return the triggers of entries: they balance, fit their transaction, complete it, and are proved."""
    return [
        _after_insert(
            "balanced",
            "new_entries",
            BALANCED,
            closed_until="timestamptz",
            ours="xid8 := pg_current_xact_id()",
            fault="text",
        ),
        _after_insert("is_proved", "new_entries", PROVED),
    ]


def locks_for_a_payout() -> pgtrigger.Trigger:
    """Return the trigger that lets nothing be locked on the in-transit account but the sum of a payout."""
    return pgtrigger.Trigger(
        name="locks_for_a_payout",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition("NEW.kind = 'withdrawal'"),
        declare=[("is_proved", "boolean")],
        func=LOCKED_FOR_A_PAYOUT,
    )


def _after_insert(name: str, rows: str, func: str, **declared: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new=rows),
        declare=list(declared.items()),
        func=func,
    )


def written_while_closing() -> list[pgtrigger.Trigger]:
    """Return the triggers of figures of a month: written while it closes, and never changed."""
    return [
        *append_only(),
        pgtrigger.Trigger(
            name="written_while_closing",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=WHILE_CLOSING,
        ),
    ]
