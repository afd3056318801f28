"""What a person with a database prompt, or another program, might write past the services."""

from django.db import connection, transaction
from django.db.models import F

from charges.models import Charge
from core import clock
from subscriptions.models import Subscription

ATTEMPT = """
INSERT INTO charges_attempt (charge_id, number, key, gateway, token, amount_minor, currency, livemode, state,
                             check_at, checks, code, hard, message, sent_at)
SELECT id, 1, 'by-hand-' || public_id, 'sandbox', {token}, {amount}, {currency}, {livemode},
       'sending', now(), 0, '', false, '', now()
FROM charges_charge WHERE id = ANY(%(charges)s)
"""
OWN_TOKEN = """
COALESCE((
    SELECT gateway_token FROM customers_paymentoption o WHERE o.id = payment_option_id
), 'tok_test_approve')
"""
PERIOD = """
INSERT INTO charges_charge (
    public_id, product, buyer_id, buyer_account_id, order_application_id, seller_application_id, payee_id,
    name, currency, price_minor, quantity, total_minor, per_account, test, commission_percent,
    commission_minor, return_url, status, failure_code, failure_message, subscription_id, period, due_at,
    retry_days, payment_option_id, activated_at, created_at, updated_at)
SELECT gen_random_uuid(), product, {buyer}, buyer_account_id, {app}, seller_application_id, {payee}, {name},
       currency, {price}, {quantity}, ({price}) * {quantity}, {per_account}, {test}, {percent},
       (({price}) * {quantity} * {percent} + 50) / 100, return_url, 'processed', '', '', id, 0, anchor_at,
       retry_days, payment_option_id, now(), now(), now()
FROM subscriptions_subscription WHERE id = %(subscription)s RETURNING id
"""
AS_AGREED = {
    "buyer": "buyer_id",
    "app": "order_application_id",
    "payee": "payee_id",
    "name": "name",
    "price": "price_minor",
    "quantity": "1",
    "per_account": "per_account",
    "test": "test",
    "percent": "commission_percent",
}


def insert_attempts(*charges: Charge, **changes: str) -> None:
    """Insert a first attempt for each, all by one statement, with SQL for what is not as it should be."""
    columns = {"amount": "total_minor", "currency": "currency", "livemode": "NOT test"}
    columns |= {"token": OWN_TOKEN} | changes
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTEMPT.format(**columns), {"charges": [charge.pk for charge in charges]})
        assert cursor.rowcount == len(charges)


def insert_period(subscription: Subscription, **changes: str) -> Charge:
    """Insert the charge of the first period, with SQL for what is not as agreed."""
    with connection.cursor() as cursor:
        cursor.execute(PERIOD.format(**AS_AGREED | changes), {"subscription": subscription.pk})
        return Charge.objects.get(pk=cursor.fetchone()[0])


def start(offer: Charge | Subscription) -> None:
    """Bring an offer to where it is collected by legal changes of its status, without any acceptance."""
    now = clock.now()
    due = {"anchor_at": now, "due_at": now} if isinstance(offer, Subscription) else {"collect_at": now}
    for change in (
        {"status": "accepted", "holds_until": now, "event_count": F("event_count") + 1},
        {"status": "processed", "activated_at": now, "event_count": F("event_count") + 1} | due,
    ):
        type(offer).objects.filter(pk=offer.pk).update(**change)
