"""The set-based reference: one statement that renews a batch, in final states, in one transaction.

It knows one frequency, one quantity and one outcome, and has no gateway to call: it writes each row once.
"""

from datetime import datetime

from django.db import connection

RENEW = """
WITH due AS MATERIALIZED (
    SELECT s.*, o.gateway, o.gateway_token FROM subscriptions_subscription s
    JOIN customers_paymentoption o ON o.id = s.payment_option_id
    WHERE s.due_at <= %(until)s ORDER BY s.due_at, s.id LIMIT %(limit)s
    FOR NO KEY UPDATE OF s SKIP LOCKED
),
bill AS MATERIALIZED (
    SELECT due.*, nextval('charges_charge_id_seq') AS charge_id, uuidv7() AS charge_public_id,
        nextval('ledger_ledgertransaction_id_seq') AS transaction_id, now() AS at,
        (due.price_minor * due.commission_percent + 50) / 100 AS commission_minor,
        due.anchor_at + (due.period + 1 - due.anchor_period) * due."interval" * interval '1 month' AS next_at
    FROM due
),
charge AS (
    INSERT INTO charges_charge (
        id, public_id, product, buyer_id, buyer_account_id, order_application_id, seller_application_id,
        payee_id, name, currency, price_minor, quantity, total_minor, per_account, test, commission_percent,
        commission_minor, return_url, status, failure_code, failure_message, subscription_id, period, due_at,
        retry_days, payment_option_id, decided_at, activated_at, finished_at, event_count, created_at,
        updated_at)
    SELECT charge_id, charge_public_id, product, buyer_id, buyer_account_id, order_application_id,
        seller_application_id, payee_id, name, currency, price_minor, 1, price_minor, per_account, test,
        commission_percent, commission_minor, return_url, 'success', '', '', id, period, due_at,
        retry_days, payment_option_id, at, at, at, 1, at, at
    FROM bill
),
told AS (
    INSERT INTO events_event (
        id, type, object_type, object_id, sequence, application_id, organization_id, buyer_id, livemode,
        occurred_at, snapshot)
    SELECT uuidv7(), 'charge.succeeded', 'charge', charge_public_id, 1, order_application_id, payee_id,
        buyer_id, NOT test, at, jsonb_build_object('status', 'success', 'amount', price_minor,
            'currency', currency, 'failure_code', '', 'next_attempt_at', NULL)
    FROM bill
    UNION ALL
    SELECT uuidv7(), 'subscription.renewed', 'subscription', public_id, event_count + 1,
        order_application_id, payee_id, buyer_id, NOT test, at, jsonb_build_object('status', status,
            'current_charge_at', due_at, 'next_charge_at', next_at, 'held', false)
    FROM bill
),
attempt AS (
    INSERT INTO charges_attempt (
        charge_id, number, key, gateway, token, amount_minor, currency, livemode, state, checks,
        gateway_reference, code, hard, message, sent_at, resolved_at)
    SELECT charge_id, 1, 'local-' || charge_public_id || '-1', gateway, gateway_token, price_minor, currency,
        NOT test, 'succeeded', 0, 'ref-local-' || charge_public_id || '-1', '', false, '', at, at
    FROM bill
),
history AS (
    INSERT INTO charges_statuschange (charge_id, from_status, to_status, actor, reason, created_at)
    SELECT charge_id, 'processed', 'success', 'system:collection', '', at FROM bill
),
renewed AS (
    INSERT INTO subscriptions_subscriptionchange (
        subscription_id, from_status, to_status, actor, reason, created_at)
    SELECT id, status, status, 'system:collection', 'The period from ' || due_at::date || ' is paid.', at
    FROM bill
),
posted AS (
    INSERT INTO ledger_ledgertransaction (
        id, public_id, kind, reference, description, currency, livemode, created_at)
    SELECT transaction_id, uuidv7(), 'collection', 'charge:' || charge_public_id, name, currency, NOT test, at
    FROM bill
),
entries AS (
    INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
    SELECT bill.transaction_id, line.account_id, line.amount_minor
    FROM bill
    JOIN ledger_ledgeraccount seller
        ON seller.kind = 'seller_payable' AND seller.organization_id = bill.payee_id
        AND seller.currency = bill.currency AND seller.livemode = NOT bill.test
    JOIN ledger_ledgeraccount clearing
        ON clearing.kind = 'buyer_clearing'
        AND clearing.currency = bill.currency AND clearing.livemode = NOT bill.test
    JOIN ledger_ledgeraccount revenue
        ON revenue.kind = 'commission_revenue'
        AND revenue.currency = bill.currency AND revenue.livemode = NOT bill.test
    CROSS JOIN LATERAL (VALUES
        (clearing.id, price_minor),
        (seller.id, commission_minor - price_minor),
        (revenue.id, -commission_minor)
    ) line (account_id, amount_minor)
)
UPDATE subscriptions_subscription s
SET period = bill.period + 1, due_at = bill.next_at, current_charge_at = bill.due_at,
    next_charge_at = bill.next_at, updated_at = bill.at, event_count = s.event_count + 1
FROM bill WHERE s.id = bill.id
"""

CLAIM = """
WITH due AS MATERIALIZED (
    SELECT s.*, o.gateway, o.gateway_token FROM subscriptions_subscription s
    JOIN customers_paymentoption o ON o.id = s.payment_option_id
    WHERE s.due_at <= %(until)s ORDER BY s.due_at, s.id LIMIT %(limit)s
    FOR NO KEY UPDATE OF s SKIP LOCKED
),
bill AS MATERIALIZED (
    SELECT due.*, nextval('charges_charge_id_seq') AS charge_id, uuidv7() AS charge_public_id, now() AS at,
        (due.price_minor * due.commission_percent + 50) / 100 AS commission_minor,
        due.anchor_at + (due.period + 1 - due.anchor_period) * due."interval" * interval '1 month' AS next_at
    FROM due
),
charge AS (
    INSERT INTO charges_charge (
        id, public_id, product, buyer_id, buyer_account_id, order_application_id, seller_application_id,
        payee_id, name, currency, price_minor, quantity, total_minor, per_account, test, commission_percent,
        commission_minor, return_url, status, failure_code, failure_message, subscription_id, period, due_at,
        retry_days, payment_option_id, decided_at, activated_at, created_at, updated_at)
    SELECT charge_id, charge_public_id, product, buyer_id, buyer_account_id, order_application_id,
        seller_application_id, payee_id, name, currency, price_minor, 1, price_minor, per_account, test,
        commission_percent, commission_minor, return_url, 'processed', '', '', id, period, due_at,
        retry_days, payment_option_id, at, at, at, at
    FROM bill
),
attempt AS (
    INSERT INTO charges_attempt (
        charge_id, number, key, gateway, token, amount_minor, currency, livemode, state, check_at, checks,
        code, hard, message, sent_at)
    SELECT charge_id, 1, 'local-' || charge_public_id || '-1', gateway, gateway_token, price_minor, currency,
        NOT test, 'sending', at + interval '2 minutes', 0, '', false, '', at
    FROM bill
    RETURNING id
),
claimed AS (
    UPDATE subscriptions_subscription s SET period = bill.period + 1, due_at = bill.next_at
    FROM bill WHERE s.id = bill.id
)
SELECT id FROM attempt
"""
SETTLE = """
WITH sub AS MATERIALIZED (
    SELECT s.* FROM subscriptions_subscription s WHERE id IN (
        SELECT c.subscription_id FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
        WHERE a.id = ANY(%(attempts)s))
    ORDER BY s.id FOR NO KEY UPDATE
),
paid AS MATERIALIZED (
    SELECT c.*, a.id AS attempt_id, a.key, nextval('ledger_ledgertransaction_id_seq') AS transaction_id,
        sub.public_id AS subscription_public_id, sub.status AS subscription_status,
        sub.event_count AS subscription_events, now() AS at, sub.anchor_at
            + (sub.period - sub.anchor_period) * sub."interval" * interval '1 month' AS next_at
    FROM sub JOIN charges_charge c ON c.subscription_id = sub.id JOIN charges_attempt a ON a.charge_id = c.id
    WHERE a.id = ANY(%(attempts)s) AND a.state = 'sending' AND c.status = 'processed'
    ORDER BY c.id FOR NO KEY UPDATE OF c, a
),
history AS (
    INSERT INTO charges_statuschange (charge_id, from_status, to_status, actor, reason, created_at)
    SELECT id, 'processed', 'success', 'system:collection', '', at FROM paid
),
renewed AS (
    INSERT INTO subscriptions_subscriptionchange (
        subscription_id, from_status, to_status, actor, reason, created_at)
    SELECT subscription_id, 'active', 'active', 'system:collection',
        'The period from ' || due_at::date || ' is paid.', at
    FROM paid
),
attempt AS (
    UPDATE charges_attempt a
    SET state = 'succeeded', check_at = NULL, resolved_at = paid.at, gateway_reference = 'ref-' || paid.key
    FROM paid WHERE a.id = paid.attempt_id
),
charge AS (
    UPDATE charges_charge c
    SET status = 'success', finished_at = paid.at, updated_at = paid.at, event_count = 1
    FROM paid WHERE c.id = paid.id
),
told AS (
    INSERT INTO events_event (
        id, type, object_type, object_id, sequence, application_id, organization_id, buyer_id, livemode,
        occurred_at, snapshot)
    SELECT uuidv7(), 'charge.succeeded', 'charge', public_id, 1, order_application_id, payee_id, buyer_id,
        NOT test, at, jsonb_build_object('status', 'success', 'amount', total_minor,
            'currency', currency, 'failure_code', '', 'next_attempt_at', NULL)
    FROM paid
    UNION ALL
    SELECT uuidv7(), 'subscription.renewed', 'subscription', subscription_public_id,
        subscription_events + 1, order_application_id, payee_id, buyer_id, NOT test, at,
        jsonb_build_object('status', subscription_status, 'current_charge_at', due_at,
            'next_charge_at', next_at, 'held', false)
    FROM paid
),
posted AS (
    INSERT INTO ledger_ledgertransaction (
        id, public_id, kind, reference, description, currency, livemode, created_at)
    SELECT transaction_id, uuidv7(), 'collection', 'charge:' || public_id, name, currency, NOT test, at
    FROM paid
),
entries AS (
    INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
    SELECT paid.transaction_id, line.account_id, line.amount_minor
    FROM paid
    JOIN ledger_ledgeraccount seller
        ON seller.kind = 'seller_payable' AND seller.organization_id = paid.payee_id
        AND seller.currency = paid.currency AND seller.livemode = NOT paid.test
    JOIN ledger_ledgeraccount clearing
        ON clearing.kind = 'buyer_clearing'
        AND clearing.currency = paid.currency AND clearing.livemode = NOT paid.test
    JOIN ledger_ledgeraccount revenue
        ON revenue.kind = 'commission_revenue'
        AND revenue.currency = paid.currency AND revenue.livemode = NOT paid.test
    CROSS JOIN LATERAL (VALUES
        (clearing.id, total_minor),
        (seller.id, commission_minor - total_minor),
        (revenue.id, -commission_minor)
    ) line (account_id, amount_minor)
)
UPDATE subscriptions_subscription s
SET current_charge_at = paid.due_at, next_charge_at = paid.next_at,
    updated_at = paid.at, event_count = s.event_count + 1
FROM paid WHERE s.id = paid.subscription_id
"""


def renew_in_two_steps(*, until: datetime, limit: int) -> int:
    """Renew like `renew_by_statement`, but commit the intent before the money moves, as one has to."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"until": until, "limit": limit})
        attempts = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(SETTLE, {"attempts": attempts})
        return int(cursor.rowcount)


def renew_by_statement(*, until: datetime, limit: int) -> int:
    """Renew up to `limit` subscriptions due at `until` (UTC) and return how many; accounts must be open."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {"until": until, "limit": limit})
        return int(cursor.rowcount)
