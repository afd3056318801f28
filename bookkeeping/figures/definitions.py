"""What each figure by day is made of: ledger entries, or events with their charges and subscriptions."""

from typing import NamedTuple

from events.types import ROUTINE

# Which entries a figure is made of: the kind of account, that of the transaction (all for none), the sign.
ENTRIES = """
SELECT figure.name, t.livemode, t.currency, (t.created_at AT TIME ZONE 'UTC')::date AS day,
       figure.sign * e.amount_minor AS amount, 1 AS count
FROM ledger_ledgerentry e
JOIN ledger_ledgertransaction t ON t.id = e.transaction_id
JOIN ledger_ledgeraccount a ON a.id = e.account_id
JOIN (VALUES
    ('collected', 'buyer_clearing', 'collection', 1),
    ('refunded', 'buyer_clearing', 'refund', -1),
    ('refunded', 'buyer_clearing', 'refund_returned', -1),
    ('commission', 'commission_revenue', NULL, -1),
    ('fees', 'processor_fees', NULL, 1),
    ('owed', 'seller_payable', NULL, -1),
    ('paid_out', 'buyer_clearing', 'payout_settled', -1),
    ('paid_out', 'buyer_clearing', 'payout_returned', -1)
) figure (name, account, kind, sign) ON figure.account = a.kind AND COALESCE(figure.kind, t.kind) = t.kind
WHERE {window}
"""
# As the index on events says it.
OF_NOTE = "NOT (e.type IN ({}))".format(", ".join(f"'{each.value}'" for each in ROUTINE))
# What merchants collect on accounts of their own at the processor is none of the marketplace's money.
# The attempt that captured says so, and where none did, the last one.
OF_OURS = """NOT COALESCE((
    SELECT a.on_own_account FROM charges_attempt a WHERE a.charge_id = c.id
    ORDER BY a.state IN ('succeeded', 'returned') DESC, a.number DESC LIMIT 1), false)"""
CHARGES = f"""
SELECT CASE e.type WHEN 'charge.failed' THEN 'failed' ELSE 'recovered' END AS name, e.livemode, c.currency,
       (e.occurred_at AT TIME ZONE 'UTC')::date AS day, c.total_minor AS amount, 1 AS count
FROM events_event e JOIN charges_charge c ON c.public_id = e.object_id
WHERE {OF_NOTE} AND {{window}}
AND (e.type = 'charge.failed' OR e.type = 'charge.succeeded' AND c.failure_count > 0) AND {OF_OURS}
"""
# A year is spread over its months; of days and weeks the first of a month counts. At most ten years.
PERIODS = f"""
SELECT 'recurring' AS name, e.livemode, c.currency, (begun + month * interval '1 month')::date AS day,
       c.total_minor / months + (month < c.total_minor %% months)::int AS amount,
       CASE WHEN c.period IS NULL OR s.frequency IN ('daily', 'weekly') AND c.period > s.first_period
                 AND c.due_at AT TIME ZONE 'UTC' - step >= begun THEN 0 ELSE 1 END AS count
FROM events_event e
JOIN charges_charge c ON c.public_id = e.object_id
JOIN subscriptions_subscription s ON s.id = c.subscription_id
CROSS JOIN LATERAL (SELECT
    date_trunc('month', c.due_at AT TIME ZONE 'UTC') AS begun,
    s.interval * CASE s.frequency WHEN 'daily' THEN interval '1 day' ELSE interval '1 week' END AS step,
    LEAST(120, s.interval * CASE s.frequency WHEN 'yearly' THEN 12 WHEN 'monthly' THEN 1 ELSE 0 END) AS given
) schedule
CROSS JOIN LATERAL (SELECT GREATEST(1, given) AS months) spread
CROSS JOIN LATERAL generate_series(0, months - 1) AS month
WHERE {OF_NOTE} AND {{window}} AND e.type = 'charge.succeeded'
AND {OF_OURS}
"""
# What stopped for want of money and is cancelled later has left once.
LEFT = f"""
SELECT 'left' AS name, e.livemode, s.currency, (e.occurred_at AT TIME ZONE 'UTC')::date AS day,
       0 AS amount, 1 AS count
FROM events_event e JOIN subscriptions_subscription s ON s.public_id = e.object_id
WHERE {OF_NOTE} AND {{window}}
AND e.type IN ('subscription.frozen', 'subscription.cancelled', 'subscription.expired')
AND e.snapshot ->> 'current_charge_at' IS NOT NULL AND s.kind = 'charge'
AND COALESCE((
    SELECT b.type FROM events_event b WHERE b.object_id = e.object_id AND b.sequence < e.sequence
    AND b.type NOT IN (
        'subscription.changed', 'subscription.held', 'subscription.ending', 'subscription.kept'
    ) ORDER BY b.sequence DESC LIMIT 1
), '') <> 'subscription.frozen'
"""


class Source(NamedTuple):
    """Rows that figures are made of, and where the mark says how far their history is counted."""

    table: str
    place: str
    found: tuple[str, ...]


SOURCES = (
    Source("ledger_ledgerentry", "history_entry", (ENTRIES,)),
    Source("events_event", "history_event", (CHARGES, PERIODS, LEFT)),
)
