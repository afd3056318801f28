"""The statement that finds where the list of a processor differs from our own movements."""

# A movement may have two lines of ours: what was taken, and the same that came back weeks later, such as a
# refund that a bank sent back or a dispute that was won. A line counts when it is dated well within what was
# read. Near both ends the processor may date it elsewhere, and of what came back we may hear late: there the
# list may have it or not, which the month of that line finds out. Of what is loose it may never tell the end.
OUR_LINES = """
    SELECT a.id, COALESCE(a.gateway_reference, a.key) AS reference, a.currency,
           a.amount_minor * CASE c.kind WHEN 'charge' THEN 1 ELSE -1 END AS taken, a.resolved_at AS taken_at,
           0 AS back, NULL::timestamptz AS back_at, FALSE AS is_loose,
           CASE WHEN COALESCE(f.currency, '') IN ('', a.currency) THEN COALESCE(f.fee_minor, 0) END AS fee,
           a.livemode AND NOT a.on_own_account AS is_ours
    FROM charges_attempt a
    JOIN charges_charge c ON c.id = a.charge_id
    LEFT JOIN charges_attemptfee f ON f.attempt_id = a.id
    WHERE a.gateway = %(gateway)s AND a.state = 'succeeded' AND a.resolved_at >= %(first)s
    UNION ALL
    SELECT a.id, COALESCE(a.gateway_reference, a.key), a.currency, -a.amount_minor, h.created_at,
           CASE WHEN %(lists_returns)s THEN a.amount_minor ELSE 0 END,
           CASE WHEN %(lists_returns)s THEN a.resolved_at END, NOT %(lists_returns)s, NULL,
           a.livemode AND NOT a.on_own_account
    FROM charges_attempt a
    JOIN charges_statuschange h ON h.charge_id = a.charge_id AND h.to_status = 'success'
    WHERE a.gateway = %(gateway)s AND a.state = 'returned' AND a.resolved_at >= %(first)s
    UNION ALL
    SELECT NULL, p.reference, p.currency, -p.amount_minor, p.settled_at, 0, NULL, p.status = 'returned', NULL,
           TRUE
    FROM payouts_payout p
    WHERE p.gateway = %(gateway)s AND p.status IN ('settled', 'returned') AND p.settled_at >= %(first)s
    UNION ALL
    SELECT d.attempt_id, d.reference, d.currency, -d.amount_minor, d.opened_at,
           CASE d.status WHEN 'won' THEN d.amount_minor ELSE 0 END,
           CASE d.status WHEN 'won' THEN d.closed_at END, FALSE,
           CASE WHEN d.status <> 'won' AND d.fee_currency = d.currency THEN d.fee_minor END, d.livemode
    FROM charges_dispute d
    WHERE %(lists_disputes)s AND d.gateway = %(gateway)s
      AND COALESCE(d.closed_at, d.opened_at) >= %(first)s
"""
OURS = f"""
    SELECT id, reference, currency,
           is_ours AND (taken_at >= %(start)s AND taken_at < %(end)s
                        OR back_at >= %(start)s AND back_at < %(end)s) AS is_of_month,
           CASE WHEN is_taken THEN taken ELSE 0 END + CASE WHEN is_back THEN back ELSE 0 END AS amount,
           CASE WHEN is_taken OR taken_at < %(before)s THEN 0 ELSE taken END AS taken_perhaps,
           CASE WHEN is_back THEN 0 ELSE back END AS back_perhaps,
           CASE WHEN is_taken THEN fee END AS fee
    FROM (
        SELECT lines.*, NOT is_loose AND taken_at >= %(sure)s AND taken_at < %(end)s AS is_taken,
               back_at >= %(sure)s AND back_at < %(end)s AS is_back
        FROM ({OUR_LINES}) lines
    ) dated
"""
# What is not listed has not moved.
AGREES = """(
    COALESCE(listed.amount, 0) IN (
        ours.amount, ours.amount + ours.taken_perhaps, ours.amount + ours.back_perhaps,
        ours.amount + ours.taken_perhaps + ours.back_perhaps
    ) AND COALESCE(listed.currency, ours.currency) = ours.currency
)"""
# A line of an earlier month that came after that month was compared for the last time is of this one.
# A merchant with an account of its own at the processor is not on our list. Lines that add up to nothing,
# such as a refund that came back, are as if they were not there.
FOUND = f"""
SELECT COALESCE(listed.reference, ours.reference) AS reference, ours.id AS attempt_id,
       COALESCE(listed.currency, ours.currency) AS currency,
       CASE WHEN ours.reference IS NULL THEN 'only_listed' WHEN listed.reference IS NULL THEN 'only_ours'
            WHEN {AGREES} THEN 'fee' ELSE 'amount' END AS kind,
       listed.amount AS listed_amount,
       COALESCE(NULLIF(ours.amount, 0), ours.taken_perhaps + ours.back_perhaps) AS ours_amount,
       listed.fee AS listed_fee, ours.fee AS ours_fee
FROM (
    SELECT reference, MIN(currency) AS currency, SUM(amount_minor) AS amount, SUM(fee_minor) AS fee,
           BOOL_OR(moved_at >= %(start)s AND moved_at < %(end)s
                   OR moved_at < %(start)s AND read_at > %(compared)s) AS is_of_month
    FROM bookkeeping_listedmovement
    WHERE gateway = %(gateway)s AND moved_at >= %(first)s AND moved_at < %(last)s
    GROUP BY reference HAVING SUM(amount_minor) <> 0
) listed
FULL JOIN ({OURS}) ours ON ours.reference = listed.reference
WHERE (listed.is_of_month OR ours.is_of_month)
  AND (ours.reference IS NULL OR NOT {AGREES} OR listed.fee <> ours.fee)
UNION ALL
SELECT u.reference, u.attempt_id, u.currency, 'dispute',
       CASE u.status WHEN 'won' THEN u.amount_minor ELSE -u.amount_minor END, NULL, NULL, NULL
FROM charges_unbookeddispute u
WHERE u.gateway = %(gateway)s AND u.livemode AND u.found_at >= %(start)s AND u.found_at < %(end)s
"""
