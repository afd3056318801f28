"""Triggers: what goes back to a payer, by refunds and disputes together, stays within the charge.

A large refund of a buyer's charge is let in only after a second person has approved it.
"""

import pgtrigger

from approvals.guards import needs_approval
from approvals.models import ApprovalAct

# The lock on the charge lets what goes back of it be written only one after the other.
_WITHIN = """
    SELECT total_minor INTO charged FROM charges_charge
    WHERE id = {charge} AND kind = 'charge' AND status = 'success'{condition}
    FOR NO KEY UPDATE;
    SELECT (SELECT COALESCE(SUM(total_minor), 0) FROM charges_charge
            WHERE refund_of_id = {charge} AND status <> 'failed')
         + (SELECT COALESCE(SUM(amount_minor), 0) FROM charges_dispute
            WHERE charge_id = {charge} AND status <> 'won') INTO given_back;
    IF charged IS NULL OR given_back + {amount} > charged THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
DECLARED = [("charged", "bigint"), ("given_back", "bigint")]
REFUNDS_WITHIN = _WITHIN.format(
    charge="NEW.refund_of_id",
    condition=" AND payee_id = NEW.payee_id",
    amount="NEW.total_minor",
    message="refunds and disputes would exceed the charge",
)
DISPUTES_WITHIN = _WITHIN.format(
    charge="NEW.charge_id",
    condition="""
      AND EXISTS (SELECT FROM charges_attempt a
                  WHERE a.id = NEW.attempt_id AND a.charge_id = NEW.charge_id AND a.state = 'succeeded'
                    AND (a.gateway, a.currency, a.livemode) = (NEW.gateway, NEW.currency, NEW.livemode))""",
    amount="NEW.amount_minor",
    message="a dispute is of a capture, and refunds and disputes stay within the charge",
)

# Each connection brings the limits along (billing_site.settings): "USD:50000,JPY:75000". A currency that is
# not named has the limit 0, and so has any in a session that says nothing.
WITHIN_THE_LIMIT = """
    (SELECT COALESCE(SUM(total_minor), 0) + NEW.total_minor FROM charges_charge
     WHERE refund_of_id = NEW.refund_of_id AND status <> 'failed')
    <= COALESCE(substring(
        ',' || current_setting('billing.refund_approval_limit', true) FROM ',' || NEW.currency || ':([0-9]+)'
    )::bigint, 0)
"""


# The same of what is not asked for any more.
ALONE = """
    NEW.total_minor <= COALESCE(substring(
        ',' || current_setting('billing.refund_approval_limit', true) FROM ',' || NEW.currency || ':([0-9]+)'
    )::bigint, 0)
"""
WRITTEN_OFF = "written_off"  # The failure code.


def large_write_offs_wait() -> pgtrigger.Trigger:
    """Return the trigger that lets no large payment of a buyer be written off by one person."""
    return needs_approval(
        ApprovalAct.WRITE_OFF,
        name="write_offs_wait_for_a_second_person",
        operation=pgtrigger.UpdateOf("failure_code"),
        subject="'write_off:' || NEW.public_id",
        terms={"amount_minor": "NEW.total_minor", "currency": "NEW.currency"},
        condition=(
            f"NEW.failure_code = '{WRITTEN_OFF}' AND OLD.failure_code <> '{WRITTEN_OFF}' AND NOT NEW.test"
        ),
        unless=ALONE,
    )


def large_refunds_wait() -> pgtrigger.Trigger:
    """Return the trigger for refunds; what a merchant gives back to a customer of its own is its own affair.

    By its name it comes after the one that locks the charge, so that no two refunds share what is left of the
    limit.
    """
    return needs_approval(
        ApprovalAct.REFUND,
        name="refunds_wait_for_a_second_person",
        subject="'refund:' || NEW.public_id",
        terms={
            "amount_minor": "NEW.total_minor",
            "commission_minor": "NEW.commission_minor",
            "currency": "NEW.currency",
            "charge": "SELECT public_id FROM charges_charge WHERE id = NEW.refund_of_id",
        },
        condition="NEW.refund_of_id IS NOT NULL AND NEW.customer_id IS NULL AND NOT NEW.test",
        unless=WITHIN_THE_LIMIT,
    )
