"""Comparing the list of a processor with our own movements, and settling what differs."""

from django.db import connection, transaction

from bookkeeping.errors import DifferenceSettled
from bookkeeping.models import Difference
from bookkeeping.reconciliation.reading import AROUND, BEFORE_THE_FIRST, list_gateways
from core import clock
from ledger.models import Month

NOBODY = "system"
AGREED = "The list and the books agree by now."
# A line of an earlier month that came after the close of that month is of this one.
# A merchant with an account of its own at the processor is not on our list. Lines that add up to nothing,
# such as a refund that came back, are as if they were not there.
FOUND = """
SELECT COALESCE(listed.reference, ours.reference) AS reference, ours.id AS attempt_id,
       COALESCE(listed.currency, ours.currency) AS currency,
       CASE WHEN ours.reference IS NULL THEN 'only_listed' WHEN listed.reference IS NULL THEN 'only_ours'
            WHEN (listed.amount, listed.currency) <> (ours.amount, ours.currency) THEN 'amount'
            ELSE 'fee' END AS kind,
       listed.amount AS listed_amount, ours.amount AS ours_amount,
       listed.fee AS listed_fee, ours.fee AS ours_fee
FROM (
    SELECT reference, MIN(currency) AS currency, SUM(amount_minor) AS amount, SUM(fee_minor) AS fee,
           BOOL_OR(moved_at >= %(start)s AND moved_at < %(end)s
                   OR moved_at < %(start)s AND read_at > %(closed)s) AS is_of_month
    FROM bookkeeping_listedmovement
    WHERE gateway = %(gateway)s AND moved_at >= %(first)s AND moved_at < %(last)s
    GROUP BY reference HAVING SUM(amount_minor) <> 0
) listed
FULL JOIN (
    SELECT a.id, COALESCE(a.gateway_reference, a.key) AS reference, a.currency,
           a.amount_minor * CASE c.kind WHEN 'charge' THEN 1 ELSE -1 END AS amount,
           CASE WHEN COALESCE(f.currency, '') IN ('', a.currency) THEN COALESCE(f.fee_minor, 0) END AS fee,
           a.livemode AND a.resolved_at >= %(start)s AND a.resolved_at < %(end)s
               AND m.sealed_processor_key IS NULL AS is_of_month
    FROM charges_attempt a
    JOIN charges_charge c ON c.id = a.charge_id
    LEFT JOIN charges_attemptfee f ON f.attempt_id = a.id
    LEFT JOIN customers_customer u ON u.id = c.customer_id
    LEFT JOIN customers_merchant m ON m.id = u.merchant_id
    WHERE a.gateway = %(gateway)s AND a.state = 'succeeded' AND a.resolved_at >= %(first)s
    UNION ALL
    SELECT NULL, p.reference, p.currency, -p.amount_minor, NULL,
           p.settled_at >= %(start)s AND p.settled_at < %(end)s
    FROM payouts_payout p
    WHERE p.gateway = %(gateway)s AND p.status = 'settled' AND p.settled_at >= %(first)s
) ours ON ours.reference = listed.reference
WHERE (listed.is_of_month OR ours.is_of_month)
  AND (ours.reference IS NULL AND listed.is_of_month
       OR listed.reference IS NULL AND ours.is_of_month
       OR (listed.amount, listed.currency) <> (ours.amount, ours.currency)
       OR listed.fee <> ours.fee)
"""
COMPARE = f"""
WITH found AS ({FOUND}), kept AS (
    INSERT INTO bookkeeping_difference (month_id, gateway, kind, reference, attempt_id, currency,
        listed_minor, ours_minor, found_at, settled_by, reason)
    SELECT %(month)s, %(gateway)s, kind, reference, attempt_id, currency,
           CASE kind WHEN 'fee' THEN listed_fee ELSE listed_amount END,
           CASE kind WHEN 'fee' THEN ours_fee ELSE ours_amount END, %(now)s, '', ''
    FROM found ON CONFLICT DO NOTHING
)
UPDATE bookkeeping_difference d SET settled_at = %(now)s, settled_by = %(nobody)s, reason = %(agreed)s
WHERE d.month_id = %(month)s AND d.gateway = %(gateway)s AND d.settled_at IS NULL
  AND NOT EXISTS (SELECT FROM found f WHERE f.reference = d.reference AND f.kind = d.kind)
"""


def compare_lists(month: Month) -> None:
    """Note what the processors list otherwise than we have it; what agrees by now is settled by itself."""
    earlier = Month.objects.filter(ends_at=month.starts_at).first()
    closed = earlier.closed_at if earlier else None
    for gateway in list_gateways():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                COMPARE,
                {
                    "month": month.pk,
                    "gateway": gateway,
                    "start": month.starts_at,
                    "end": month.ends_at,
                    "first": month.starts_at - BEFORE_THE_FIRST,
                    "last": month.ends_at + AROUND,
                    "closed": closed,
                    "now": clock.now(),
                    "nobody": NOBODY,
                    "agreed": AGREED,
                },
            )


@transaction.atomic
def settle_difference(difference_id: int, *, actor: str, reason: str) -> Difference:
    """Note what a difference is and what was done about it; it does not hold up the close any more.

    Nothing is posted by this. Raises DifferenceSettled.
    """
    difference = Difference.objects.select_for_update(of=("self",)).get(pk=difference_id)
    if difference.settled_at is not None:
        raise DifferenceSettled
    difference.settled_at, difference.settled_by, difference.reason = clock.now(), actor, reason
    difference.save(update_fields=["settled_at", "settled_by", "reason"])
    return difference
