"""The joins that several invariants look at; `manage.py verify` makes each of them once for all.

In CHARGES and SUBSCRIPTIONS an acceptance is the only one of its charge (`own`) or of its subscription (`k`):
only attempts make more rows of one.
"""

from core.ledger_references import write_charge_reference

CHARGES = """
    charges_charge c
    LEFT JOIN subscriptions_subscription s ON s.id = c.subscription_id
    LEFT JOIN charges_attempt a ON a.charge_id = c.id
    LEFT JOIN charges_acceptance own ON own.charge_id = c.id
    LEFT JOIN charges_acceptance k ON k.subscription_id = c.subscription_id
    LEFT JOIN customers_account person ON person.id = c.buyer_account_id
    LEFT JOIN customers_application app ON app.id = c.order_application_id
    LEFT JOIN customers_paymentoption card ON card.id = c.payment_option_id
"""
SUBSCRIPTIONS = """
    subscriptions_subscription s
    LEFT JOIN charges_acceptance k ON k.subscription_id = s.id
    LEFT JOIN customers_account person ON person.id = s.buyer_account_id
    LEFT JOIN customers_application app ON app.id = s.order_application_id
    LEFT JOIN customers_paymentoption card ON card.id = s.payment_option_id
    LEFT JOIN (
        SELECT subscription_id, COUNT(DISTINCT period) AS periods, MIN(period) AS first, MAX(period) AS last
        FROM charges_charge WHERE period IS NOT NULL GROUP BY subscription_id
    ) billed ON billed.subscription_id = s.id
    LEFT JOIN (
        SELECT DISTINCT ON (subscription_id) subscription_id, period, due_at FROM charges_charge
        WHERE period IS NOT NULL AND status = 'success'
        ORDER BY subscription_id, period DESC
    ) newest ON newest.subscription_id = s.id
"""
# Whose money moved on an account of a merchant's own at the processor; none of it is in our ledger, or what
# is was taken out by one transaction (charges.migrations.0027).
ELSEWHERE = """
    SELECT DISTINCT charge_id FROM charges_attempt
    WHERE on_own_account AND state IN ('succeeded', 'returned')
"""
RETURNED = "SELECT charge_id FROM charges_attempt WHERE state = 'returned'"
# Each charge and each ledger transaction, together where it books the charge, and what its entries say.
BOOKED = f"""
    charges_charge c
    FULL JOIN (
        SELECT t.id, t.kind, t.reference, t.currency, t.livemode, e.*
        FROM ledger_ledgertransaction t
        FULL JOIN (
            SELECT e.transaction_id, COUNT(*) AS entries, SUM(e.amount_minor) AS total,
                   BOOL_OR(e.amount_minor = 0) AS has_zero, MAX(a.organization_id) AS holder,
                   SUM(e.amount_minor) FILTER (WHERE a.kind = 'buyer_clearing') AS gross,
                   -SUM(e.amount_minor) FILTER (WHERE a.kind = 'commission_revenue') AS commission,
                   -SUM(e.amount_minor) FILTER (WHERE a.kind = 'seller_payable') AS seller,
                   MIN(a.currency) AS first_currency, MAX(a.currency) AS last_currency,
                   BOOL_OR(a.livemode) AS is_some_live, BOOL_AND(a.livemode) AS is_all_live
            FROM ledger_ledgerentry e LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
            GROUP BY e.transaction_id
        ) e ON e.transaction_id = t.id
    ) b ON b.reference = {write_charge_reference("c.public_id")}
       AND b.kind = CASE c.kind WHEN 'charge' THEN 'collection' ELSE c.kind END
    CROSS JOIN LATERAL (SELECT CASE c.kind WHEN 'charge' THEN 1 ELSE -1 END AS sign) direction
    LEFT JOIN ({ELSEWHERE}) elsewhere ON elsewhere.charge_id = c.id
    LEFT JOIN ({RETURNED}) returned ON returned.charge_id = c.id
    CROSS JOIN LATERAL (SELECT c.status = 'success' OR returned.charge_id IS NOT NULL AS moved) ever
"""
