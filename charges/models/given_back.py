"""Trigger bodies: what goes back to a payer, by refunds and disputes together, stays within the charge."""

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
