"""What the database refuses to have posted: what does not balance, what mixes, what is of a closed month."""

import pgtrigger

from core.kept_rows import append_only

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
INTO_OPEN_MONTHS = f"""
{ASK_WHAT_IS_CLOSED}
IF EXISTS (SELECT 1 FROM new_transactions WHERE livemode AND created_at < closed_until) THEN
{REFUSE_CLOSED}
END IF;
RETURN NULL;
"""
BALANCED = f"""
{ASK_WHAT_IS_CLOSED}
IF EXISTS (SELECT 1 FROM new_entries GROUP BY transaction_id HAVING SUM(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'ledger transaction does not balance' USING ERRCODE = 'check_violation';
END IF;
SELECT a.livemode = t.livemode AND a.currency = t.currency INTO fits FROM new_entries e
JOIN ledger_ledgeraccount a ON a.id = e.account_id
JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
WHERE a.livemode <> t.livemode OR a.currency <> t.currency OR t.livemode AND t.created_at < closed_until
LIMIT 1;
IF fits THEN
{REFUSE_CLOSED}
ELSIF NOT fits THEN
    RAISE EXCEPTION 'ledger transaction mixes currencies or modes' USING ERRCODE = 'check_violation';
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


def posts_into_open_months() -> pgtrigger.Trigger:
    """Return the trigger of transactions that keeps closed months as they are."""
    return pgtrigger.Trigger(
        name="into_open_months",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_transactions"),
        declare=[("closed_until", "timestamptz")],
        func=INTO_OPEN_MONTHS,
    )


def posts_whole_transactions() -> pgtrigger.Trigger:
    """Return the trigger of entries: they balance, fit their transaction, and come into open months only."""
    return pgtrigger.Trigger(
        name="balanced",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_entries"),
        declare=[("closed_until", "timestamptz"), ("fits", "boolean")],
        func=BALANCED,
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
