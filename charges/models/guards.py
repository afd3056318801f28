"""Triggers that let nothing be taken without consent to these very terms, or from an option that is off."""

import pgtrigger

from charges.models.consented_terms import CHARGE_TERMS, SUBSCRIPTION_TERMS, write_terms_sql

# What the charge of a period takes over from its subscription, whose terms the buyer accepted.
PERIOD_TERMS = (
    *sorted({*CHARGE_TERMS} & {*SUBSCRIPTION_TERMS}),
    "buyer_id",
    "payee_id",
    "order_application_id",
)
# A refund is not asked for, and a period is accepted with its subscription.
OF_THE_CHARGE = f"""
NEW.charge_id IS NULL OR EXISTS (
    SELECT FROM charges_charge o
    WHERE o.id = NEW.charge_id AND o.buyer_id = NEW.organization_id
      AND COALESCE(o.subscription_id, o.refund_of_id) IS NULL
      AND NEW.terms_hash = {write_terms_sql("o", CHARGE_TERMS)})
"""
OF_THE_SUBSCRIPTION = f"""
NEW.subscription_id IS NULL OR EXISTS (
    SELECT FROM subscriptions_subscription o
    WHERE o.id = NEW.subscription_id AND o.buyer_id = NEW.organization_id
      AND NEW.terms_hash = {write_terms_sql("o", SUBSCRIPTION_TERMS)})
"""
BY_ITS_ACCOUNT = """
EXISTS (
    SELECT FROM customers_account p
    WHERE p.id = NEW.account_id AND p.organization_id = NEW.organization_id)
"""


def write_row_sql(row: str, names: tuple[str, ...]) -> str:
    """Return SQL for these columns of a row."""
    return f"({', '.join(f'{row}.{name}' for name in names)})"


def write_unaccepted_sql(accepted_by: str) -> str:
    """Return SQL for whether an attempt `a` takes what the buyer of its charge `c` has not accepted.

    An acceptance is checked against the terms when it is made, and neither of them ever changes: one that is
    there is of these terms. One that was withdrawn counts for nothing. Whether a merchant's customer agreed
    is between the two; a refund needs no consent.
    """
    return f"""COALESCE(c.customer_id, c.refund_of_id) IS NULL AND (
            {accepted_by} IS DISTINCT FROM c.buyer_id
            OR 'declined' IN (c.status, s.status)
            OR (a.amount_minor, a.currency, a.livemode) <> (c.total_minor, c.currency, NOT c.test)
            OR s.id IS NOT NULL AND (
                NOT c.per_account AND c.quantity <> 1
                OR {write_row_sql("c", PERIOD_TERMS)} IS DISTINCT FROM {write_row_sql("s", PERIOD_TERMS)}))
    """


UNACCEPTED = f"""
        FROM new_attempts a
        JOIN charges_charge c ON c.id = a.charge_id
        LEFT JOIN subscriptions_subscription s ON s.id = c.subscription_id
        LEFT JOIN charges_acceptance own
            ON own.charge_id = CASE WHEN c.subscription_id IS NULL THEN c.id END
        LEFT JOIN charges_acceptance k ON k.subscription_id = c.subscription_id
        WHERE {write_unaccepted_sql("COALESCE(own.organization_id, k.organization_id)")}"""


def takes_only_what_was_accepted() -> pgtrigger.Trigger:
    """Return the trigger for attempts; it looks at all rows of a statement at once."""
    return pgtrigger.Trigger(
        name="takes_only_what_was_accepted",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_attempts"),
        declare=[("refused", "uuid")],
        func=f"""
            SELECT c.public_id INTO refused {UNACCEPTED} LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'the buyer of charge % has not accepted these terms', refused
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )


def is_made_with_an_active_option() -> pgtrigger.Trigger:
    """Return the trigger for attempts: nothing is taken from an option that is off, or that is not named."""
    return pgtrigger.Trigger(
        name="is_made_with_an_active_option",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_attempts"),
        declare=[("refused", "uuid")],
        func="""
            SELECT c.public_id INTO refused
            FROM new_attempts a
            JOIN charges_charge c ON c.id = a.charge_id
            JOIN customers_paymentoption o ON o.id = c.payment_option_id
            WHERE c.refund_of_id IS NULL
              AND (NOT o.is_active OR (a.gateway, a.token) <> (o.gateway, o.gateway_token))
            LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'the payment option of charge % must not be charged', refused
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )


def is_of_the_terms() -> pgtrigger.Trigger:
    """Return the trigger for acceptances: each is of the terms as they are, by an account of the buyer."""
    return pgtrigger.Trigger(
        name="is_of_the_terms",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NOT (({OF_THE_CHARGE}) AND ({OF_THE_SUBSCRIPTION}) AND {BY_ITS_ACCOUNT}) THEN
                RAISE EXCEPTION 'an acceptance is of the terms as they are, by an account of the buyer'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
