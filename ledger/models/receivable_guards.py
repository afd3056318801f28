"""Bodies of the triggers that guard customers' receivables."""

import pgtrigger

from approvals.guards import needs_approval
from approvals.models import ApprovalAct
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

# A dispute, its charge and the customer of that are there for ever and stay what they are of. Chargebacks of
# before were recorded without one, so this is no constraint.
CHARGEBACK_OF_A_PAYMENT = """
    IF NOT EXISTS (
        SELECT FROM charges_dispute d JOIN charges_charge c ON c.id = d.charge_id
        WHERE d.id = NEW.dispute_id
          AND (d.amount_minor, d.currency, c.customer_id) = (NEW.amount_minor, NEW.currency, NEW.customer_id)
    ) THEN
        RAISE EXCEPTION 'a chargeback is of a dispute of the customer, to the cent'
            USING ERRCODE = 'check_violation';
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

# The debt that an adjustment names, and how many adjustments have covered it before.
WRITTEN_OFF = f"""
    FROM ledger_customertransaction d
    CROSS JOIN LATERAL (
        SELECT COUNT(*) + 1 AS number FROM ledger_allocation l
        JOIN ledger_customertransaction s ON s.id = l.source_id
        WHERE l.target_id = d.id AND s.type = '{CustomerTransactionType.ADJUSTMENT}'
    ) n
    WHERE d.customer_id = NEW.customer_id AND d.id::text = NEW.invoice_list
"""
# Each connection brings the limits along (billing_site.settings): "USD:50000,JPY:75000". A currency that is
# not named has the limit 0, and so has any in a session that says nothing.
WITHIN_THE_LIMIT = """
    NEW.amount_minor <= COALESCE(substring(
        ',' || current_setting('billing.refund_approval_limit', true) FROM ',' || NEW.currency || ':([0-9]+)'
    )::bigint, 0)
"""

# What a merchant's own program enters is between the merchant and its customer: the limit is of staff. A
# name alone says nothing: it must be of a service user that reaches the customer's merchant.
ENTERED_BY_THE_MERCHANT = """
    EXISTS (
        SELECT FROM customers_serviceuser s
        JOIN customers_serviceuser_merchants r ON r.serviceuser_id = s.id
        JOIN customers_customer c ON c.merchant_id = r.merchant_id
        WHERE c.id = NEW.customer_id AND NEW.creator = 'service:' || s.username
    )
"""


def large_write_offs_wait() -> pgtrigger.Trigger:
    """Return the trigger that lets no large debt of a customer be written off by one of the staff."""
    return needs_approval(
        ApprovalAct.WRITE_OFF,
        name="write_offs_wait_for_a_second_person",
        subject=f"(SELECT 'write_off:' || d.public_id || ':' || n.number {WRITTEN_OFF})",
        terms={
            "amount_minor": "NEW.amount_minor",
            "currency": "NEW.currency",
            "debt": f"SELECT d.public_id {WRITTEN_OFF}",
        },
        condition=f"NEW.type = '{CustomerTransactionType.ADJUSTMENT}'",
        unless=f"{WITHIN_THE_LIMIT} OR {ENTERED_BY_THE_MERCHANT}",
    )
