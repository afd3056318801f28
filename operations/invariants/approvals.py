"""Invariants of what needs a second person: no money by the will of one."""

from approvals.models import Approval
from core.ledger_references import write_payout_reference
from operations.invariants.base import Invariant
from operations.invariants.states import list_moves, write_history_sql

APPROVALS = (
    Invariant(
        "I-22b",
        "What needs a second person was decided by another one, of the staff, about exactly its terms.",
        """
        SELECT a.subject, a.act, a.status, a.requested_by_id, a.decided_by_id
        FROM approvals_approval a LEFT JOIN auth_user u ON u.id = a.decided_by_id
        WHERE a.decided_by_id = a.requested_by_id
           OR a.status IN ('approved', 'used', 'rejected') AND u.id IS NULL
           OR a.fingerprint <> encode(sha256(convert_to(a.terms, 'UTF8')), 'hex')
           OR EXISTS (SELECT FROM customers_account p
                      WHERE p.user_id = a.decided_by_id AND p.created_at < a.decided_at)
        """,
    ),
    Invariant(
        "I-22c",
        "Each decision about what needs a second person is in its history, step by step.",
        write_history_sql("approvals_approval", "approvals_approvalchange", "approval_id", "'requested'")
        + """
        UNION ALL
        SELECT a.public_id, a.status, h.from_status, h.to_status
        FROM approvals_approvalchange h JOIN approvals_approval a ON a.id = h.approval_id
        WHERE h.from_status || ':' || h.to_status <> ALL(%(moves)s)
        """,
        params={"moves": list_moves(Approval)},
    ),
    Invariant(
        "I-22d",
        "A refund above the limit was made as a second person approved it, once, and none without one.",
        """
        SELECT r.public_id AS refund, r.amount_minor, r.free_minor, c.total_minor, a.status AS approval
        FROM charges_refundrequest r
        LEFT JOIN charges_charge c ON c.public_id = r.public_id
        LEFT JOIN approvals_approval a ON a.id = r.approval_id
        WHERE c.id IS NOT NULL
              AND (c.refund_of_id, c.total_minor) IS DISTINCT FROM (r.charge_id, r.amount_minor)
           OR r.amount_minor > r.free_minor AND a.id IS NULL
           OR a.id IS NULL AND c.id IS NULL
           OR a.id IS NOT NULL AND ((c.id IS NOT NULL) <> (a.status = 'used')
              OR (a.act, a.subject) <> ('refund', 'refund:' || r.public_id)
              OR (a.terms::jsonb ->> 'amount_minor')::bigint <> r.amount_minor
              OR c.id IS NOT NULL AND (a.terms::jsonb ->> 'commission_minor')::bigint <> c.commission_minor)
        UNION ALL
        SELECT a.public_id, NULL, NULL, NULL, a.status FROM approvals_approval a
        WHERE a.act = 'refund' AND NOT EXISTS (SELECT FROM charges_refundrequest r WHERE r.approval_id = a.id)
        """,
    ),
    Invariant(
        "I-22f",
        "Nobody approved a payout that they directed: its account, way, month, or a log-in of its seller.",
        f"""
        SELECT a.subject, a.decided_by_id, d.kind FROM approvals_approval a
        JOIN payouts_payout p ON a.subject = {write_payout_reference("p.public_id")}
        JOIN payouts_direction d ON d.user_id = a.decided_by_id AND d.created_at < a.decided_at
        WHERE a.act = 'payout' AND a.status IN ('approved', 'used')
          AND (d.account_id = p.account_id OR d.payout_id = p.id
               OR p.month IS NOT NULL AND d.organization_id = p.organization_id AND d.currency = p.currency
               OR d.log_in_id IN (
                   SELECT k.user_id FROM customers_account k
                   WHERE k.organization_id = p.organization_id AND k.created_at < a.decided_at))
        """,
    ),
    Invariant(
        "I-22e",
        "A correction is in the ledger as a second person approved it, line by line, and none without one.",
        """
        SELECT COALESCE(w.reference, b.reference) AS reference, w.lines AS approved, b.lines AS booked
        FROM (
            SELECT a.subject AS reference, (a.terms::jsonb ->> 'currency', a.terms::jsonb ->> 'livemode',
                   (SELECT array_agg(line ORDER BY line) FROM (
                        SELECT ROW(l ->> 'account', l ->> 'organization',
                            CASE l ->> 'side' WHEN 'debit' THEN 1 ELSE -1 END * (l ->> 'amount_minor')::bigint
                        )::text AS line
                        FROM jsonb_array_elements(a.terms::jsonb -> 'lines') AS l
                   ) AS approved))::text AS lines
            FROM approvals_approval a WHERE a.act = 'correction' AND a.status = 'used'
        ) w
        FULL JOIN (
            SELECT t.reference, (t.currency, t.livemode::text,
                   array_agg(line ORDER BY line))::text AS lines
            FROM ledger_ledgertransaction t
            LEFT JOIN ledger_ledgerentry e ON e.transaction_id = t.id
            LEFT JOIN ledger_ledgeraccount k ON k.id = e.account_id
            LEFT JOIN customers_organization o ON o.id = k.organization_id
            CROSS JOIN LATERAL (SELECT ROW(k.kind, o.public_id::text, e.amount_minor)::text AS line) AS booked
            WHERE t.kind = 'correction' GROUP BY t.id
        ) b USING (reference)
        WHERE w.lines IS DISTINCT FROM b.lines
        UNION ALL
        SELECT 'correction:' || c.public_id, a.subject, 'the paper' FROM ledger_correction c
        JOIN approvals_approval a ON a.id = c.approval_id
        WHERE a.subject <> 'correction:' || c.public_id
           OR a.terms::jsonb -> 'attachment' ->> 'sha256' <> encode(sha256(c.attachment), 'hex')
        """,
    ),
)
