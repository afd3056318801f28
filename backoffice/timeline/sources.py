"""Where the lines of a timeline come from: a SELECT for each kind of row, with the permission to see it.

Each gives the same columns and at most %(limit)s rows: when, which source, what, a detail, who, the row
that it is of, and an amount (cents) with its currency. What happened in one instant is in the order of the
sources, and of one source in that of its rows.
"""

from typing import NamedTuple

EVENTS = "webhooks.view_delivery"
MAILS = "mail.view_mail"
LEDGER = "ledger.view_ledgertransaction"
ATTEMPTS = "charges.view_attempt"
CHARGES = "charges.view_charge"
SUBSCRIPTIONS = "subscriptions.view_subscription"
PAPERS = "invoicing.view_taxpaper"
PAYOUTS = "payouts.view_payout"
NO_ROW, NO_AMOUNT = "NULL::bigint", "NULL::bigint, ''"


class Source(NamedTuple):
    """One SELECT, and who may see its rows."""

    permission: str
    sql: str


STAFF = f"""SELECT l.action_time, 'staff', 'act', l.change_message, u.username, {NO_ROW}, {NO_AMOUNT}
FROM django_admin_log l JOIN auth_user u ON u.id = l.user_id
WHERE l.content_type_id = %(content_type)s AND l.object_id = %(pk)s::text
ORDER BY l.id DESC LIMIT %(limit)s"""
DELIVERIES = f"""SELECT COALESCE(d.delivered_at, d.dead_at, d.created_at), 'delivery', e.type, p.url,
    CASE WHEN d.delivered_at IS NOT NULL THEN 'delivered' WHEN d.dead_at IS NOT NULL THEN 'failed'
         ELSE 'waits' END, d.id, {NO_AMOUNT}
FROM events_event e JOIN webhooks_delivery d ON d.event_id = e.id
JOIN webhooks_endpoint p ON p.id = d.endpoint_id
WHERE e.object_id = %(public_id)s ORDER BY e.sequence DESC LIMIT %(limit)s"""
MAILED = f"""SELECT COALESCE(m.sent_at, m.failed_at, m.created_at), 'mail', m.kind, m.address,
    CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.failed_at IS NOT NULL THEN 'given up'
         WHEN m.withheld <> '' THEN 'withheld' ELSE 'waits' END, m.id, {NO_AMOUNT}
FROM mail_mail m WHERE m.object_id = %(public_id)s ORDER BY m.id DESC LIMIT %(limit)s"""
ASKED = """SELECT c.created_at, 'asked', c.kind, c.name, COALESCE(a.name, ''), NULL::bigint, c.total_minor,
    c.currency
FROM charges_charge c LEFT JOIN customers_application a ON a.id = c.order_application_id
WHERE c.id = %(pk)s"""
CONSENT = """SELECT a.created_at, 'consent', 'accepted', a.words, p.email, NULL::bigint, NULL::bigint, ''
FROM charges_acceptance a JOIN customers_account p ON p.id = a.account_id WHERE a.{of} = %(pk)s"""
HISTORY = f"""SELECT h.created_at, 'charge', h.to_status, h.reason, h.actor, h.id, {NO_AMOUNT}
FROM charges_statuschange h WHERE h.charge_id = %(pk)s ORDER BY h.id DESC LIMIT %(limit)s"""
SENT = """SELECT t.sent_at, 'sent', '', t.gateway, '', t.id, t.amount_minor, t.currency
FROM charges_attempt t WHERE t.charge_id = %(pk)s ORDER BY t.id DESC LIMIT %(limit)s"""
ANSWERED = """SELECT t.resolved_at, 'answered', t.state, concat_ws(' ', t.message, NULLIF(t.code, '')),
    t.gateway, t.id, t.amount_minor, t.currency
FROM charges_attempt t WHERE t.charge_id = %(pk)s AND t.resolved_at IS NOT NULL
ORDER BY t.id DESC LIMIT %(limit)s"""
BOOKED = """SELECT t.created_at, 'ledger', t.kind, t.description, '', t.id,
    (SELECT SUM(e.amount_minor) FROM ledger_ledgerentry e
     WHERE e.transaction_id = t.id AND e.amount_minor > 0), t.currency
FROM ledger_ledgertransaction t WHERE t.kind = ANY(%(kinds)s) AND t.reference = ANY(%(references)s::text[])
ORDER BY t.id DESC LIMIT %(limit)s"""
REFUNDS = """SELECT c.created_at, 'refund', c.status, c.failure_message, '', c.id, c.total_minor, c.currency
FROM charges_charge c WHERE c.refund_of_id = %(pk)s ORDER BY c.id DESC LIMIT %(limit)s"""
DISPUTES = """SELECT d.opened_at, 'dispute', d.status, d.reason, d.gateway, d.id, d.amount_minor, d.currency
FROM charges_dispute d WHERE d.charge_id = %(pk)s ORDER BY d.id DESC LIMIT %(limit)s"""
ISSUED = """SELECT p.issued_at, 'paper', p.kind, p.name, '', p.id, p.total_minor, p.currency
FROM invoicing_taxpaper p WHERE {where} ORDER BY p.id DESC LIMIT %(limit)s"""
OFFERED = """SELECT s.created_at, 'offered', '', s.name, COALESCE(a.name, ''), NULL::bigint, s.price_minor,
    s.currency
FROM subscriptions_subscription s LEFT JOIN customers_application a ON a.id = s.order_application_id
WHERE s.id = %(pk)s"""
CHANGED = f"""SELECT h.created_at, 'subscription',
    CASE WHEN h.from_status = h.to_status THEN 'note' ELSE h.to_status END, h.reason, h.actor, h.id,
    {NO_AMOUNT}
FROM subscriptions_subscriptionchange h WHERE h.subscription_id = %(pk)s ORDER BY h.id DESC LIMIT %(limit)s"""
PERIODS = """SELECT COALESCE(c.finished_at, c.created_at), 'period', c.status,
    concat_ws(' ', NULLIF(c.failure_message, ''), NULLIF(c.failure_code, '')), c.kind, c.id, c.total_minor,
    c.currency
FROM charges_charge c WHERE c.subscription_id = %(pk)s ORDER BY c.period DESC NULLS FIRST LIMIT %(limit)s"""
# No index leads from a buyer alone to the newest charges; there are two products, and blank for none.
BOUGHT = """SELECT COALESCE(c.finished_at, c.created_at), 'bought', c.status, c.name, '', c.id, c.total_minor,
    c.currency
FROM unnest(%(products)s::text[]) AS of (product) CROSS JOIN LATERAL (
    SELECT * FROM charges_charge c WHERE c.buyer_id = %(pk)s AND c.product = of.product
    ORDER BY c.id DESC LIMIT %(limit)s
) c ORDER BY c.id DESC LIMIT %(limit)s"""
SUBSCRIBED = """SELECT s.created_at, 'subscribed', s.status, s.name, '', s.id, s.price_minor, s.currency
FROM unnest(%(products)s::text[]) AS of (product) CROSS JOIN LATERAL (
    SELECT * FROM subscriptions_subscription s WHERE s.buyer_id = %(pk)s AND s.product = of.product
    ORDER BY s.id DESC LIMIT %(limit)s
) s ORDER BY s.id DESC LIMIT %(limit)s"""
SOLD = """SELECT COALESCE(c.finished_at, c.created_at), 'sold', c.status, c.name, c.kind, c.id, c.total_minor,
    c.currency
FROM charges_charge c WHERE c.payee_id = %(pk)s ORDER BY c.id DESC LIMIT %(limit)s"""
PAID_OUT = """SELECT COALESCE(p.settled_at, p.sent_at, p.created_at), 'payout', p.status, p.reference,
    p.actor, p.id, p.amount_minor, p.currency
FROM payouts_payout p WHERE p.organization_id = %(pk)s ORDER BY p.id DESC LIMIT %(limit)s"""
TO_PEOPLE = f"""SELECT COALESCE(m.sent_at, m.failed_at, m.created_at), 'mail', m.kind, m.address,
    CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.failed_at IS NOT NULL THEN 'given up'
         WHEN m.withheld <> '' THEN 'withheld' ELSE 'waits' END, m.id, {NO_AMOUNT}
FROM (SELECT email FROM customers_account WHERE organization_id = %(pk)s ORDER BY id LIMIT 20) p
CROSS JOIN LATERAL (
    SELECT * FROM mail_mail m WHERE m.address = p.email ORDER BY m.id DESC LIMIT %(limit)s
) m ORDER BY m.id DESC LIMIT %(limit)s"""
OF_CHARGE = (
    Source(CHARGES, ASKED),
    Source(CHARGES, CONSENT.format(of="charge_id")),
    Source(CHARGES, HISTORY),
    Source(ATTEMPTS, SENT),
    Source(ATTEMPTS, ANSWERED),
    Source(LEDGER, BOOKED),
    Source(CHARGES, REFUNDS),
    Source("charges.view_dispute", DISPUTES),
    Source(PAPERS, ISSUED.format(where="p.charge_id = %(pk)s")),
    Source(EVENTS, DELIVERIES),
    Source(MAILS, MAILED),
    Source(CHARGES, STAFF),
)
OF_SUBSCRIPTION = (
    Source(SUBSCRIPTIONS, OFFERED),
    Source(SUBSCRIPTIONS, CONSENT.format(of="subscription_id")),
    Source(SUBSCRIPTIONS, CHANGED),
    Source(CHARGES, PERIODS),
    Source(EVENTS, DELIVERIES),
    Source(MAILS, MAILED),
    Source(SUBSCRIPTIONS, STAFF),
)
OF_ORGANIZATION = (
    Source(CHARGES, BOUGHT),
    Source(SUBSCRIPTIONS, SUBSCRIBED),
    Source(CHARGES, SOLD),
    Source(PAYOUTS, PAID_OUT),
    Source(PAPERS, ISSUED.format(where="p.buyer_id = %(pk)s")),
    Source(MAILS, TO_PEOPLE),
    Source("customers.view_organization", STAFF),
)
