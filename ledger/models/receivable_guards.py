"""Bodies of the triggers that guard customers' receivables."""

from ledger.transaction_types import NATURES, CustomerTransactionType, Side

PAIRS = ", ".join(f"('{kind}', '{each}')" for kind, nature in NATURES.items() for each in nature.reverses)

# The lock on the original lets two reversals of it happen only one after the other.
WITHIN_THE_ORIGINAL = f"""
    SELECT * INTO original FROM ledger_customertransaction WHERE id = NEW.reverses_id FOR NO KEY UPDATE;
    IF (NEW.type, original.type) NOT IN ({PAIRS})
        OR (NEW.customer_id, NEW.currency) <> (original.customer_id, original.currency) THEN
        RAISE EXCEPTION '% cannot reverse %', NEW.type, original.type USING ERRCODE = 'check_violation';
    END IF;
    SELECT COALESCE(SUM(r.amount_minor), 0) INTO reversed FROM ledger_customertransaction r
    WHERE r.reverses_id = original.id
      AND NOT EXISTS (SELECT FROM ledger_customertransaction undone WHERE undone.reverses_id = r.id);
    IF reversed + NEW.amount_minor > original.amount_minor
        OR NEW.amount_minor <> original.amount_minor AND NEW.type <> '{CustomerTransactionType.REFUND}' THEN
        RAISE EXCEPTION 'reversals would exceed the original' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

CREDIT_MEETS_DEBT = f"""
    IF EXISTS (
        SELECT FROM new_allocations a
        JOIN ledger_customertransaction source ON source.id = a.source_id
        JOIN ledger_customertransaction target ON target.id = a.target_id
        WHERE source.side <> {Side.CREDIT} OR target.side <> {Side.DEBT}
           OR (source.customer_id, source.currency) <> (target.customer_id, target.currency)
    ) THEN
        RAISE EXCEPTION 'an allocation ties a credit to a debt of one customer in one currency'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

ONLY_DEACTIVATED = """
    RAISE EXCEPTION 'an allocation is deactivated once and for ever' USING ERRCODE = 'check_violation';
"""


ALLOCATED = "SELECT COALESCE(SUM(a.amount_minor), 0) FROM ledger_allocation a WHERE a.is_active AND"
OUT_OF_BALANCE = f"""
    t.amount_minor * ABS(t.side)
    <> t.balance_minor + ({ALLOCATED} a.source_id = t.id) + ({ALLOCATED} a.target_id = t.id)
"""

# Looked at when all is done: a reversal is open for a moment while another one reverses it.
ADDS_UP = f"""
    IF EXISTS (
        SELECT FROM ledger_customertransaction t
        WHERE t.id = NEW.id AND ({OUT_OF_BALANCE} OR t.reverses_id IS NOT NULL AND t.balance_minor > 0)
    ) THEN
        RAISE EXCEPTION 'balance and active allocations do not add up to the amount, or a reversal is open'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

# Once for each party of a statement: what meets a thousand others is not added up a thousand times.
PARTIES_ADD_UP = f"""
    IF EXISTS (
        SELECT FROM ledger_customertransaction t
        WHERE t.id IN (SELECT source_id FROM new_allocations UNION SELECT target_id FROM new_allocations)
          AND {OUT_OF_BALANCE}
    ) THEN
        RAISE EXCEPTION 'an allocation and the balances on its ends do not add up'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
