"""Attempts say whether they are on a merchant's own account; what was booked of such ones is taken out.

It may be broken off and run again.
"""

from collections import defaultdict

import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connections, migrations, models, transaction

AT_ONCE = 5_000
# Whose merchant has a credential of its own was sent with it, ever since there are merchants.
MARK = """
UPDATE charges_attempt SET on_own_account = true
WHERE id IN (
    SELECT a.id FROM customers_merchant m
    JOIN customers_customer u ON u.merchant_id = m.id
    JOIN charges_charge c ON c.customer_id = u.id
    JOIN charges_attempt a ON a.charge_id = c.id
    WHERE m.sealed_processor_key IS NOT NULL AND NOT a.on_own_account
    LIMIT %s)
"""
# By organisation, currency and mode: what such attempts and their fees put on each account, less what was
# taken out.
BOOKED = """
WITH own AS (
    SELECT c.public_id, c.payee_id, a.number FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
    WHERE a.on_own_account AND a.state = 'succeeded'
), booked AS (
    SELECT own.payee_id, t.id FROM own JOIN ledger_ledgertransaction t
    ON t.kind IN ('collection', 'refund', 'disbursement') AND t.reference = 'charge:' || own.public_id
    UNION
    SELECT own.payee_id, t.id FROM own JOIN ledger_ledgertransaction t
    ON t.kind = 'fee' AND t.reference = 'attempt:' || own.public_id || ':' || own.number
    UNION
    SELECT o.id, t.id FROM customers_organization o JOIN ledger_ledgertransaction t
    ON t.kind = 'collected_elsewhere' AND starts_with(t.reference, 'elsewhere:' || o.public_id)
)
SELECT o.public_id, t.currency, t.livemode, e.account_id, SUM(e.amount_minor)::bigint
FROM booked
JOIN customers_organization o ON o.id = booked.payee_id
JOIN ledger_ledgertransaction t ON t.id = booked.id
JOIN ledger_ledgerentry e ON e.transaction_id = t.id
GROUP BY o.public_id, t.currency, t.livemode, e.account_id
HAVING SUM(e.amount_minor) <> 0
ORDER BY o.public_id, t.currency, t.livemode, e.account_id
"""
TRANSACTION = """
INSERT INTO ledger_ledgertransaction
    (public_id, kind, reference, description, currency, livemode, created_at)
VALUES (gen_random_uuid(), 'collected_elsewhere', %s, 'Collected on an account of its own', %s, %s, now())
RETURNING id
"""
# All in one statement, after which a transaction must balance.
ENTRIES = """
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT %s, account, minor FROM unnest(%s::bigint[], %s::bigint[]) moves (account, minor)
"""


def mark_attempts(apps, schema_editor):
    """Mark the attempts of merchants with a credential of their own, some at once."""
    with connections[schema_editor.connection.alias].cursor() as cursor:
        while True:
            cursor.execute(MARK, [AT_ONCE])
            if cursor.rowcount < AT_ONCE:
                return


def take_out_of_the_books(apps, schema_editor):
    """Post back, by one transaction a pot, what is booked of such attempts: it never came to us.

    It runs only before ledger.0013, which lets in no transaction of this kind and depends on charges.0028.
    """
    alias = schema_editor.connection.alias
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(BOOKED)
        pots = defaultdict(list)
        for organization, currency, livemode, account, minor in cursor.fetchall():
            pots[organization, currency, livemode].append((account, -minor))
        for (organization, currency, livemode), moves in pots.items():
            reference = f"elsewhere:{organization}:{currency}:{'live' if livemode else 'test'}"
            cursor.execute(TRANSACTION, [reference, currency, livemode])
            [pk] = cursor.fetchone()
            cursor.execute(ENTRIES, [pk, *map(list, zip(*moves))])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("charges", "0026_find_by_anything"),
        ("ledger", "0011_own_accounts"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="attempt",
            name="intent_never_changes",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE charges_attempt"
                    " ADD COLUMN IF NOT EXISTS on_own_account boolean NOT NULL DEFAULT false",
                    "ALTER TABLE charges_attempt DROP COLUMN on_own_account",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="attempt",
                    name="on_own_account",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="On the merchant's own account at the processor: its money never comes to the marketplace.",
                    ),
                )
            ],
        ),
        migrations.RunPython(mark_attempts, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("on_own_account", True)), fields=["charge"], name="attempts_on_own_accounts"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='intent_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."charge_id" IS DISTINCT FROM (NEW."charge_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."token" IS DISTINCT FROM (NEW."token") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."livemode" IS DISTINCT FROM (NEW."livemode") OR OLD."on_own_account" IS DISTINCT FROM (NEW."on_own_account"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='43efd8600e424f518684ff6beab14a47356223af', operation='UPDATE', pgid='pgtrigger_intent_never_changes_e0d8d', table='charges_attempt', when='BEFORE')),
        ),
        migrations.RunPython(take_out_of_the_books, migrations.RunPython.noop),
    ]
