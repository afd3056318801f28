"""What shows that a ledger transaction `t` is right, as SQL: the row it is about, and what that row moves.

The rows are of other packages, by the names of their tables.
"""

from core.ledger_references import (
    write_attempt_reference,
    write_charge_reference,
    write_dispute_reference,
    write_payout_reference,
)

# NULL where the reference is none of ours.
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OWN_ID = f"substring(t.reference FROM '^[a-z]+:({UUID})(?::[0-9]{{1,9}})?$')::uuid"
NUMBER = "substring(t.reference FROM ':([0-9]{1,9})$')::integer"
# The columns of each: what is posted on each kind of account (cents, debit positive), and on whose payable.
OF_CHARGES = f"""
SELECT c.currency, NOT c.test AS livemode,
       CASE WHEN c.total_minor <> c.commission_minor THEN c.payee_id END AS holder,
       d.sign * c.total_minor AS clearing, d.sign * (c.commission_minor - c.total_minor) AS seller,
       -d.sign * c.commission_minor AS revenue, 0::bigint AS disputed, 0::bigint AS fees,
       0::bigint AS in_transit
FROM charges_charge c
CROSS JOIN LATERAL (SELECT CASE WHEN t.kind IN ('collection', 'refund_returned') THEN 1 ELSE -1 END AS sign) d
WHERE t.kind IN ('collection', 'refund', 'refund_returned', 'disbursement') AND c.public_id = {OWN_ID}
  AND t.reference = {write_charge_reference("c.public_id")}
  AND CASE t.kind WHEN 'refund_returned' THEN c.kind = 'refund' AND c.status = 'failed' AND EXISTS (
          SELECT FROM charges_attempt a WHERE a.charge_id = c.id AND a.state = 'returned')
      ELSE c.status = 'success' AND t.kind = CASE c.kind WHEN 'charge' THEN 'collection' ELSE c.kind END END
  AND NOT EXISTS (SELECT FROM charges_attempt a WHERE a.charge_id = c.id AND a.on_own_account
                  AND a.state IN ('succeeded', 'returned'))
"""
OF_FEES = f"""
SELECT f.currency, a.livemode, NULL::bigint, -f.fee_minor, 0, 0, 0, f.fee_minor, 0
FROM charges_charge c
JOIN charges_attempt a ON a.charge_id = c.id
JOIN charges_attemptfee f ON f.attempt_id = a.id
WHERE t.kind = 'fee' AND t.reference LIKE 'attempt:%' AND c.public_id = {OWN_ID} AND a.number = {NUMBER}
  AND t.reference = {write_attempt_reference("c.public_id", "a.number")} AND a.state = 'succeeded'
"""
# Of those of before decision 0041 the disputed account held the amount until they ended.
OF_DISPUTES = f"""
SELECT d.currency, d.livemode, CASE WHEN x.borne <> 0 AND d.amount_minor <> x.commission THEN c.payee_id END,
       CASE t.kind WHEN 'dispute_opened' THEN -d.amount_minor WHEN 'dispute_won' THEN d.amount_minor ELSE 0
           END,
       x.borne * (d.amount_minor - x.commission), x.borne * x.commission,
       CASE WHEN d.shared_at_opening THEN 0 WHEN t.kind = 'dispute_opened' THEN d.amount_minor
           ELSE -d.amount_minor END, 0, 0
FROM charges_dispute d JOIN charges_charge c ON c.id = d.charge_id
CROSS JOIN LATERAL (
    SELECT COALESCE(d.commission_minor, 0) AS commission,
           CASE WHEN t.kind = 'dispute_lost' THEN 1 WHEN NOT d.shared_at_opening THEN 0
               WHEN t.kind = 'dispute_opened' THEN 1 ELSE -1 END AS borne
) x
WHERE t.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost') AND d.public_id = {OWN_ID}
  AND t.reference = {write_dispute_reference("d.public_id")}
  AND t.kind IN ('dispute_opened', 'dispute_' || d.status)
  AND NOT (d.shared_at_opening AND t.kind = 'dispute_lost')
"""
# Each posting of a dispute's fee is what it changed by: the rest was posted by those before.
OF_DISPUTE_FEES = f"""
SELECT d.fee_currency, d.livemode, CASE d.fee_payer WHEN 'seller' THEN c.payee_id END, -x.change,
       CASE d.fee_payer WHEN 'seller' THEN x.change ELSE 0 END, 0, 0,
       CASE d.fee_payer WHEN 'seller' THEN 0 ELSE x.change END, 0
FROM charges_dispute d JOIN charges_charge c ON c.id = d.charge_id
CROSS JOIN LATERAL (
    SELECT d.fee_minor + COALESCE(SUM(y.amount_minor), 0)::bigint AS change
    FROM generate_series(1, d.fee_postings - 1) n
    JOIN ledger_ledgertransaction p
        ON p.kind = 'fee' AND p.reference = {write_dispute_reference("d.public_id")} || ':' || n
    JOIN ledger_ledgerentry y ON y.transaction_id = p.id
    JOIN ledger_ledgeraccount k ON k.id = y.account_id AND k.kind = 'buyer_clearing'
) x
WHERE t.kind = 'fee' AND t.reference LIKE 'dispute:%' AND d.public_id = {OWN_ID}
  AND t.reference = {write_dispute_reference("d.public_id")} || ':' || d.fee_postings
"""
# What is locked for a payout is posted before the payout is there: it is looked at when all is committed.
OF_PAYOUTS = f"""
SELECT p.currency, true, CASE WHEN t.kind <> 'payout_settled' THEN p.organization_id END,
       CASE WHEN t.kind = 'payout_settled' THEN -p.amount_minor
           WHEN t.kind = 'payout_returned' AND p.settled_at IS NOT NULL THEN p.amount_minor ELSE 0 END,
       CASE t.kind WHEN 'withdrawal' THEN p.amount_minor WHEN 'payout_returned' THEN -p.amount_minor ELSE 0
           END, 0, 0, 0,
       CASE WHEN t.kind = 'withdrawal' THEN -p.amount_minor
           WHEN t.kind = 'payout_settled' OR p.settled_at IS NULL THEN p.amount_minor ELSE 0 END
FROM payouts_payout p
WHERE t.kind IN ('withdrawal', 'payout_settled', 'payout_returned') AND p.public_id = {OWN_ID}
  AND t.reference = {write_payout_reference("p.public_id")}
  AND (t.kind = 'withdrawal' OR t.kind = 'payout_settled' AND p.status = 'settled'
       OR t.kind = 'payout_returned' AND p.status IN ('returned', 'rejected', 'cancelled'))
"""
PROOF = " UNION ALL ".join([OF_CHARGES, OF_FEES, OF_DISPUTES, OF_DISPUTE_FEES, OF_PAYOUTS])
# A correction has the lines that a second person approved, and the paper that was shown: nothing else.
IS_AS_APPROVED = """
EXISTS (
    SELECT FROM approvals_approval a
    JOIN ledger_correction k ON k.approval_id = a.id AND t.reference = 'correction:' || k.public_id
    WHERE a.act = 'correction' AND a.subject = t.reference AND a.status = 'used'
      AND a.fingerprint = encode(sha256(convert_to(a.terms, 'UTF8')), 'hex')
      AND a.terms::jsonb ->> 'currency' = t.currency AND (a.terms::jsonb ->> 'livemode')::boolean = t.livemode
      AND a.terms::jsonb -> 'attachment' ->> 'sha256' = encode(sha256(k.attachment), 'hex')
      AND (SELECT array_agg(line ORDER BY line) FROM (
               SELECT ROW(l ->> 'account', l ->> 'organization',
                   CASE l ->> 'side' WHEN 'debit' THEN 1 ELSE -1 END * (l ->> 'amount_minor')::bigint
               )::text AS line FROM jsonb_array_elements(a.terms::jsonb -> 'lines') AS l
           ) approved)
        = (SELECT array_agg(line ORDER BY line) FROM (
               SELECT ROW(r.kind, o.public_id::text, e.amount_minor)::text AS line
               FROM ledger_ledgerentry e JOIN ledger_ledgeraccount r ON r.id = e.account_id
               LEFT JOIN customers_organization o ON o.id = r.organization_id
               WHERE e.transaction_id = t.id
           ) booked))
"""


MOVES = ("clearing", "seller", "revenue", "disputed", "fees", "in_transit")
KINDS = (
    *("buyer_clearing", "seller_payable", "commission_revenue"),
    *("disputed", "processor_fees", "payouts_in_transit"),
)
SUMS = ", ".join(
    f"COALESCE(SUM(e.amount_minor) FILTER (WHERE a.kind = '{kind}'), 0)::bigint AS {name}"
    for kind, name in zip(KINDS, MOVES, strict=True)
)
# All that is on a transaction by now.
BOOKED = f"""
SELECT COUNT(*) AS lines, MAX(a.organization_id) AS holder, {SUMS}
FROM ledger_ledgerentry e JOIN ledger_ledgeraccount a ON a.id = e.account_id WHERE e.transaction_id = t.id
"""


def _write_row(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in ("holder", *MOVES))


# One line for each account: nothing is hidden in lines that add up to nothing.
IS_PROVED = f"""
CASE t.kind WHEN 'correction' THEN {IS_AS_APPROVED}
    ELSE b.lines = {" + ".join(f"(b.{name} <> 0)::integer" for name in MOVES)} AND EXISTS (
        SELECT FROM ({PROOF}) w
        WHERE w.currency = t.currency AND w.livemode = t.livemode
          AND ({_write_row("w")}) IS NOT DISTINCT FROM ({_write_row("b")}))
END
"""
# What is posted is looked at once more with its lines; this is for a transaction that has none.
HAS_A_SOURCE = f"""
t.kind IN ('correction', 'withdrawal') OR EXISTS (
    SELECT FROM ({PROOF}) w WHERE w.currency = t.currency AND w.livemode = t.livemode)
"""
