"""Triggers of payouts: none without its locked sum, to another account than it says, or unapproved."""

import pgtrigger

from approvals.guards import needs_approval
from core.ledger_references import write_payout_reference
from ledger.balances import write_balance_sql

OF_THE_ACCOUNT = """
EXISTS (
    SELECT FROM payouts_payoutaccount p
    WHERE p.id = NEW.account_id AND p.organization_id = NEW.organization_id AND p.currency = NEW.currency
      AND p.replaced_at IS NULL)
"""
# The lock on the seller's account lets payouts of it come about only one after the other.
LOCKED = f"""
    SELECT a.id INTO owed_on FROM ledger_ledgeraccount a
    WHERE a.kind = 'seller_payable' AND a.organization_id = NEW.organization_id
      AND a.currency = NEW.currency AND a.livemode
    FOR NO KEY UPDATE;
    IF owed_on IS NULL OR {write_balance_sql("owed_on")} > 0 THEN
        RAISE EXCEPTION 'a payout would exceed what the seller is owed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> 'requested' OR NOT {OF_THE_ACCOUNT} OR NOT EXISTS (
        SELECT FROM ledger_ledgertransaction t JOIN ledger_ledgerentry e ON e.transaction_id = t.id
        WHERE t.kind = 'withdrawal' AND t.reference = {write_payout_reference("NEW.public_id")}
          AND e.account_id = owed_on AND e.amount_minor = NEW.amount_minor
    ) THEN
        RAISE EXCEPTION 'a payout begins as a request, to the account of its seller, with its sum locked'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
REDIRECTED = f"""
    IF NEW.status <> 'requested' OR NOT {OF_THE_ACCOUNT} THEN
        RAISE EXCEPTION 'a payout goes where it was approved to go' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def locks_its_sum() -> pgtrigger.Trigger:
    """Return the trigger that lets no payout come about whose sum is not locked, or more than is owed."""
    return pgtrigger.Trigger(
        name="locks_its_sum",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("owed_on", "bigint")],
        func=LOCKED,
    )


def goes_where_it_was_approved_to() -> pgtrigger.Trigger:
    """Return the trigger that lets a payout go elsewhere only while nobody has approved it."""
    return pgtrigger.Trigger(
        name="goes_where_it_was_approved_to",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("account_id", "method"),
        condition=pgtrigger.Condition("OLD.account_id <> NEW.account_id OR OLD.method <> NEW.method"),
        func=REDIRECTED,
    )


def is_approved_before_it_is_sent() -> pgtrigger.Trigger:
    """Return the trigger that lets nothing be sent but what a second person approved."""
    account = "(SELECT p.public_id FROM payouts_payoutaccount p WHERE p.id = NEW.account_id)"
    return needs_approval(
        "payout",
        subject=write_payout_reference("NEW.public_id"),
        terms={
            "amount_minor": "NEW.amount_minor",
            "currency": "NEW.currency",
            "method": "NEW.method",
            "account": account,
        },
        operation=pgtrigger.UpdateOf("status"),
        condition="OLD.status <> 'sent' AND NEW.status = 'sent'",
    )
