"""The rows of a timeline: `family`, its charges, `once`, each of these once, `things`, what events are about.

Each is bounded and read along an index; what hangs on them is looked up row by row, so that no source reads
a table as a whole.
"""

COLUMNS = """c.id, c.public_id, c.kind, c.status, c.name, c.total_minor, c.currency, c.created_at,
    COALESCE(c.finished_at, c.created_at) AS at, c.failure_message, c.failure_code,
    CASE WHEN c.test THEN 'test' ELSE '' END AS mode"""
# Each row once: an organisation that sells to itself has the same charge as bought and as sold.
THINGS = """once AS MATERIALIZED (
    SELECT DISTINCT ON (id) * FROM family ORDER BY id, side
), things AS MATERIALIZED (
    SELECT public_id FROM once
    UNION
    SELECT d.public_id FROM once f CROSS JOIN LATERAL (
        SELECT * FROM charges_dispute d WHERE d.charge_id = f.id ORDER BY d.id DESC LIMIT %(limit)s
    ) d
    {more}
)"""
SAME = "UNION SELECT %(public_id)s::uuid"
# A charge and its refunds.
CHARGE_FAMILY = f"""family AS MATERIALIZED (
    SELECT {COLUMNS}, '' AS side FROM charges_charge c WHERE c.id = %(pk)s
    UNION ALL (
        SELECT {COLUMNS}, 'refund' FROM charges_charge c WHERE c.refund_of_id = %(pk)s
        ORDER BY c.id DESC LIMIT %(limit)s
    )
), {THINGS.format(more="")}"""
# The payments of a subscription's newest periods, and their refunds.
SUBSCRIPTION_FAMILY = f"""family AS MATERIALIZED (
    SELECT {COLUMNS}, '' AS side FROM charges_charge c WHERE c.subscription_id = %(pk)s
    ORDER BY c.period DESC NULLS FIRST LIMIT %(limit)s
), {THINGS.format(more=SAME)}"""
# What an organisation bought and sold last. No index leads from a buyer alone to the newest rows; there are
# two products, and blank for none.
BY_PRODUCT = """SELECT each.* FROM unnest(%(products)s::text[]) AS of (product) CROSS JOIN LATERAL (
        SELECT * FROM {table} each WHERE each.buyer_id = %(pk)s AND each.product = of.product
        ORDER BY each.id DESC LIMIT %(limit)s
    ) each ORDER BY each.id DESC LIMIT %(limit)s"""
# Ids of subscriptions are in the order of time.
OFFERED = """
    UNION SELECT s.public_id FROM (VALUES (false), (true)) mode (test) CROSS JOIN LATERAL (
        SELECT public_id FROM subscriptions_subscription s
        WHERE s.payee_id = %(pk)s AND s.test = mode.test AND s.customer_id IS NULL
        ORDER BY s.public_id DESC LIMIT %(limit)s
    ) s"""
ORGANIZATION_FAMILY = f"""family AS MATERIALIZED (
    SELECT {COLUMNS}, 'bought' AS side FROM ({BY_PRODUCT.format(table="charges_charge")}) c
    UNION ALL (
        SELECT {COLUMNS}, 'sold' FROM charges_charge c WHERE c.payee_id = %(pk)s
        ORDER BY c.id DESC LIMIT %(limit)s
    )
), subscribed AS MATERIALIZED (
    {BY_PRODUCT.format(table="subscriptions_subscription")}
), {THINGS.format(more="UNION SELECT public_id FROM subscribed " + SAME + OFFERED)}"""
