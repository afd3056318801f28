"""Where the lines of a timeline come from: its family of rows, and a source for each kind of row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Model

from backoffice.timeline.families import CHARGE_FAMILY, ORGANIZATION_FAMILY, SUBSCRIPTION_FAMILY
from backoffice.timeline.parts import (
    BOOKED,
    CALLED,
    DELIVERED,
    NEWEST,
    OF_CHARGES,
    OF_DISPUTES,
    OF_REFUNDS,
    ON_CHARGES,
    ON_SUBJECT,
    write_each,
)
from backoffice.timeline.source import (
    CHARGES,
    EVENTS,
    LEDGER,
    MAILS,
    NO_AMOUNT,
    ORGANIZATIONS,
    PAPERS,
    PAYOUTS,
    REQUESTS,
    SUBSCRIPTIONS,
    Source,
)
from charges.models import Charge
from customers.models import Organization
from subscriptions.models import Subscription


class Sources(NamedTuple):
    """The rows that belong to a timeline, as common table expressions, and what is told of them."""

    family: str
    told: Sequence[Source]


ASKED = """SELECT c.created_at, 'asked', c.status, c.name, COALESCE(a.name, ''), NULL::bigint, c.total_minor,
    c.currency, c.kind
FROM charges_charge c LEFT JOIN customers_application a ON a.id = c.order_application_id
WHERE c.id = %(pk)s"""
SHOWN = f"""SELECT s.shown_at, 'shown', '', '', p.email, NULL::bigint, {NO_AMOUNT}
FROM charges_pageshown s JOIN customers_account p ON p.id = s.account_id WHERE s.object_id = %(public_id)s
ORDER BY s.id DESC {NEWEST}"""
CONSENT = f"""SELECT a.created_at, 'consent', '', a.words, p.email, NULL::bigint, {NO_AMOUNT}
FROM charges_acceptance a JOIN customers_account p ON p.id = a.account_id WHERE a.{{of}} = %(pk)s"""
HISTORY = f"""SELECT h.created_at, 'charge', h.to_status, h.reason, h.actor, h.id, NULL::bigint, '', c.kind
FROM charges_statuschange h JOIN charges_charge c ON c.id = h.charge_id
WHERE h.charge_id = %(pk)s ORDER BY h.id DESC {NEWEST}"""
REFUNDS = f"""SELECT f.at, 'refund', f.status, f.failure_message, '', f.id, f.total_minor, f.currency, f.kind
FROM family f WHERE f.side = 'refund' ORDER BY f.id DESC {NEWEST}"""
OFFERED = """SELECT s.created_at, 'offered', '', s.name, COALESCE(a.name, ''), NULL::bigint, s.price_minor,
    s.currency, ''
FROM subscriptions_subscription s LEFT JOIN customers_application a ON a.id = s.order_application_id
WHERE s.id = %(pk)s"""
CHANGED = f"""SELECT h.created_at, 'subscription',
    CASE WHEN h.from_status = h.to_status THEN 'note' ELSE h.to_status END, h.reason, h.actor, h.id,
    {NO_AMOUNT}
FROM subscriptions_subscriptionchange h WHERE h.subscription_id = %(pk)s ORDER BY h.id DESC {NEWEST}"""
PERIODS = f"""SELECT f.at, 'period', f.status,
    concat_ws(' ', NULLIF(f.failure_message, ''), NULLIF(f.failure_code, '')), '', f.id, f.total_minor,
    f.currency, f.kind
FROM family f ORDER BY f.id DESC {NEWEST}"""
TRADED = f"""SELECT f.at, f.side, f.status, f.name, f.mode, f.id, f.total_minor, f.currency, f.kind
FROM family f ORDER BY f.id DESC {NEWEST}"""
# What people of a buyer were shown and agreed to, with the name of each thing.
SHOWN_TO = f"""SELECT s.shown_at, 'shown', f.name, '', p.email, NULL::bigint, {NO_AMOUNT}
FROM {{offers}} f {write_each("charges_pageshown", of="r.object_id = f.public_id")} s
JOIN customers_account p ON p.id = s.account_id ORDER BY s.id DESC {NEWEST}"""
AGREED = f"""SELECT a.created_at, 'consent', f.name, a.words, p.email, NULL::bigint, {NO_AMOUNT}
FROM {{offers}} f {write_each("charges_acceptance", of="r.{of} = f.id")} a
JOIN customers_account p ON p.id = a.account_id ORDER BY a.id DESC {NEWEST}"""
BOUGHT = "(SELECT * FROM family WHERE side = 'bought')"
SUBSCRIBED = f"""SELECT s.created_at, 'subscribed', s.status, s.name,
    CASE WHEN s.test THEN 'test' ELSE '' END, s.id, s.price_minor, s.currency, ''
FROM subscribed s ORDER BY s.id DESC {NEWEST}"""
BOUGHT_PAPERS = f"""SELECT p.issued_at, 'paper', p.kind, p.name, '', p.id, p.total_minor, p.currency, ''
FROM invoicing_taxpaper p WHERE p.buyer_id = %(pk)s ORDER BY p.id DESC {NEWEST}"""
PAID_OUT = f"""SELECT COALESCE(p.settled_at, p.sent_at, p.created_at), 'payout', p.status, p.reference,
    p.actor, p.id, p.amount_minor, p.currency, ''
FROM payouts_payout p WHERE p.organization_id = %(pk)s ORDER BY p.id DESC {NEWEST}"""
# By how much more or less a seller is owed.
OWED = f"""SELECT p.created_at, 'owed', p.kind, p.description, CASE WHEN p.livemode THEN '' ELSE 'test' END,
    p.id, -e.amount_minor, p.currency, ''
FROM (SELECT id FROM ledger_ledgeraccount WHERE organization_id = %(pk)s ORDER BY id LIMIT 20) a
{write_each("ledger_ledgerentry", of="r.account_id = a.id")} e
JOIN ledger_ledgertransaction p ON p.id = e.transaction_id ORDER BY e.id DESC {NEWEST}"""
TO_PEOPLE = f"""SELECT COALESCE(m.sent_at, m.failed_at, m.created_at), 'mail', m.kind, m.address,
    CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.failed_at IS NOT NULL THEN 'given up'
         WHEN m.withheld <> '' THEN 'withheld' ELSE 'waits' END, m.id, {NO_AMOUNT}
FROM (SELECT email FROM customers_account WHERE organization_id = %(pk)s ORDER BY id LIMIT 20) p
{write_each("mail_mail", of="r.address = p.email")} m ORDER BY m.id DESC {NEWEST}"""

SOURCES: Mapping[type[Model], Sources] = {
    Charge: Sources(
        CHARGE_FAMILY,
        (
            Source(CHARGES, ASKED),
            Source(CHARGES, SHOWN),
            Source(CHARGES, CONSENT.format(of="charge_id")),
            Source(CHARGES, HISTORY),
            Source(CHARGES, REFUNDS),
            *OF_CHARGES,
            Source(CHARGES, ON_SUBJECT),
        ),
    ),
    Subscription: Sources(
        SUBSCRIPTION_FAMILY,
        (
            Source(SUBSCRIPTIONS, OFFERED),
            Source(SUBSCRIPTIONS, SHOWN),
            Source(SUBSCRIPTIONS, CONSENT.format(of="subscription_id")),
            Source(SUBSCRIPTIONS, CHANGED),
            Source(CHARGES, PERIODS),
            *OF_CHARGES,
            Source(SUBSCRIPTIONS, ON_SUBJECT),
        ),
    ),
    Organization: Sources(
        ORGANIZATION_FAMILY,
        (
            Source(REQUESTS, CALLED),
            Source(CHARGES, SHOWN_TO.format(offers=BOUGHT)),
            Source(SUBSCRIPTIONS, SHOWN_TO.format(offers="subscribed")),
            Source(CHARGES, AGREED.format(offers=BOUGHT, of="charge_id")),
            Source(SUBSCRIPTIONS, AGREED.format(offers="subscribed", of="subscription_id")),
            Source(CHARGES, TRADED),
            Source(SUBSCRIPTIONS, SUBSCRIBED),
            *OF_REFUNDS,
            *OF_DISPUTES,
            Source(LEDGER, BOOKED),
            Source(LEDGER, OWED),
            Source(PAYOUTS, PAID_OUT),
            Source(PAPERS, BOUGHT_PAPERS),
            Source(EVENTS, DELIVERED.format(left="")),
            Source(MAILS, TO_PEOPLE),
            Source(CHARGES, ON_CHARGES),
            Source(ORGANIZATIONS, ON_SUBJECT),
        ),
    ),
}
