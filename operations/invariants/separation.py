"""Invariants that keep tenants, test and live, and secrets apart."""

from core.ledger_references import write_charge_reference
from operations.invariants.base import Invariant, Part
from operations.invariants.joins import CHARGES, SUBSCRIPTIONS

SEPARATION = (
    Invariant(
        "I-29",
        "Test money never meets a live processor or a live account.",
        f"""
        SELECT c.public_id AS charge, c.test, t.reference AS met FROM charges_charge c
        JOIN ledger_ledgertransaction t ON t.reference = {write_charge_reference("c.public_id")}
        WHERE t.livemode = c.test
        UNION ALL
        SELECT c.public_id, c.test, 'dispute ' || d.reference FROM charges_charge c
        JOIN charges_dispute d ON d.charge_id = c.id WHERE d.livemode = c.test
        """,
        parts=(
            Part(
                CHARGES,
                "c.public_id AS charge, c.test, a.key AS met",
                "a.livemode = c.test OR c.test AND a.gateway <> 'sandbox'",
            ),
            Part(
                CHARGES,
                "c.public_id AS charge, c.test, 'subscription ' || s.public_id AS met",
                "s.test <> c.test",
            ),
        ),
    ),
    Invariant(
        "I-32",
        "One idempotency key has one effect, and a completed one its answer.",
        """
        SELECT route, key, COUNT(*) AS effects FROM customers_idempotencykey
        GROUP BY principal, route, key
        HAVING COUNT(*) > 1 OR BOOL_OR((status IS NULL) <> (body IS NULL))
        """,
    ),
    Invariant(
        "I-33",
        "Whatever a charge or subscription refers to belongs to its own buyer or its own seller.",
        """
        SELECT c.public_id, c.customer_id, NULL::bigint AS belongs_to, c.payee_id,
               merchant.organization_id AS merchant_of
        FROM charges_charge c
        JOIN customers_customer person ON person.id = c.customer_id
        JOIN customers_merchant merchant ON merchant.id = person.merchant_id
        WHERE merchant.organization_id <> c.payee_id
        UNION ALL
        SELECT s.public_id, s.customer_id, plan.merchant_id, s.payee_id, merchant.organization_id
        FROM subscriptions_subscription s
        JOIN customers_customer person ON person.id = s.customer_id
        JOIN customers_merchant merchant ON merchant.id = person.merchant_id
        LEFT JOIN subscriptions_plan plan ON plan.id = s.plan_id
        WHERE merchant.organization_id <> s.payee_id OR plan.merchant_id <> person.merchant_id
        UNION ALL
        SELECT r.public_id, r.customer_id, c.customer_id, r.payee_id, c.payee_id
        FROM charges_charge r JOIN charges_charge c ON c.id = r.refund_of_id
        WHERE (r.buyer_id, r.customer_id, r.payee_id, r.subscription_id)
              IS DISTINCT FROM (c.buyer_id, c.customer_id, c.payee_id, c.subscription_id)
        """,
        parts=(
            Part(
                CHARGES,
                """c.public_id, c.buyer_id, person.organization_id AS account_of, c.payee_id,
                   app.organization_id AS application_of""",
                "person.organization_id <> c.buyer_id OR app.organization_id <> c.payee_id",
            ),
            Part(
                CHARGES,
                """c.public_id, COALESCE(c.buyer_id, c.customer_id) AS payer,
                   COALESCE(card.organization_id, card.customer_id) AS belongs_to""",
                """card.id IS NOT NULL AND
                   (card.organization_id, card.customer_id) IS DISTINCT FROM (c.buyer_id, c.customer_id)""",
            ),
            Part(
                SUBSCRIPTIONS,
                """s.public_id, s.buyer_id, person.organization_id AS account_of, s.payee_id,
                   app.organization_id AS application_of""",
                "person.organization_id <> s.buyer_id OR app.organization_id <> s.payee_id",
            ),
            Part(
                SUBSCRIPTIONS,
                """s.public_id, COALESCE(s.buyer_id, s.customer_id) AS payer,
                   COALESCE(card.organization_id, card.customer_id) AS belongs_to""",
                """card.id IS NOT NULL AND
                   (card.organization_id, card.customer_id) IS DISTINCT FROM (s.buyer_id, s.customer_id)""",
            ),
            Part(
                CHARGES,
                """c.public_id, c.buyer_id, s.buyer_id AS subscribed_by, c.payee_id,
                   s.payee_id AS subscribed_to""",
                """s.id IS NOT NULL AND (c.buyer_id, c.payee_id, c.order_application_id, c.customer_id)
                   IS DISTINCT FROM (s.buyer_id, s.payee_id, s.order_application_id, s.customer_id)""",
            ),
        ),
    ),
    Invariant(
        "I-33a",
        "No log-in of staff is the account of a buyer or seller.",
        """
        SELECT account.public_id AS account, person.username FROM customers_account account
        JOIN auth_user person ON person.id = account.user_id
        WHERE person.is_staff OR person.is_superuser
        """,
    ),
    Invariant(
        "I-33b",
        "Nothing that is open is paid with a card that its buyer removed.",
        """
        SELECT s.public_id, s.status FROM customers_paymentoption card
        JOIN subscriptions_subscription s
            ON s.payment_option_id = card.id AND s.buyer_id = card.organization_id
        WHERE card.removed_at IS NOT NULL AND s.status IN ('accepted', 'processed', 'active', 'past_due')
        UNION ALL
        SELECT c.public_id, c.status FROM customers_paymentoption card
        JOIN charges_charge c ON c.payment_option_id = card.id AND c.buyer_id = card.organization_id
        WHERE card.removed_at IS NOT NULL AND c.status IN ('accepted', 'processed') AND c.given_up_at IS NULL
        """,
    ),
    Invariant(
        "I-34",
        "A period, and a refund, is for the product that its subscription, and its payment, was made for.",
        """
        SELECT r.public_id AS charge, r.product, c.product AS made_for
        FROM charges_charge r JOIN charges_charge c ON c.id = r.refund_of_id WHERE r.product <> c.product
        """,
        parts=(
            Part(
                CHARGES,
                "c.public_id AS charge, c.product, s.product AS made_for",
                "c.product <> s.product",
            ),
        ),
    ),
    Invariant(
        "I-37",
        "Keys and passwords are stored hashed only.",
        """
        SELECT 'access token' AS what, id FROM oauth2_provider_accesstoken
        WHERE token <> '' OR token_checksum !~ '^[0-9a-f]{64}$'
        UNION ALL
        SELECT 'refresh token', id FROM oauth2_provider_refreshtoken
        WHERE token <> '' OR token_checksum !~ '^[0-9a-f]{64}$'
        UNION ALL
        SELECT 'client secret', id FROM customers_application WHERE client_secret !~ '^(pbkdf2_|$)'
        UNION ALL
        SELECT 'API key', id FROM customers_apikey WHERE digest !~ '^[0-9a-f]{64}$'
        UNION ALL
        SELECT 'password', id FROM auth_user WHERE password !~ '^(pbkdf2_|!|$)'
        """,
    ),
)
