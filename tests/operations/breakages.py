"""How each invariant of charges, ledger and schema is broken on purpose, past every guard."""

import re

from django.db import connection

from operations.invariants import INVARIANTS
from operations.verification import find_breaches

OF_THE_SCHEMA = "I-39"
CHANGES_SCHEMA = re.compile(r"\b(ALTER|CREATE|DROP)\b")
HISTORY = "INSERT INTO charges_statuschange (charge_id, from_status, to_status, actor, reason, created_at)"
TRANSACTION = """
    INSERT INTO ledger_ledgertransaction
        (public_id, kind, reference, description, currency, livemode, created_at)
    VALUES (gen_random_uuid(), 'withdrawal', 'broken', '', 'USD', {livemode}, now());
"""
ENTRIES = """
    INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
    SELECT t.id, a.id, CASE a.kind {amounts} END
    FROM ledger_ledgertransaction t, ledger_ledgeraccount a
    WHERE t.reference = 'broken' AND a.livemode AND a.kind IN ('buyer_clearing', 'commission_revenue');
"""
ATTEMPT = """
    INSERT INTO charges_attempt (charge_id, number, key, gateway, token, amount_minor, currency, livemode,
                                 state, check_at, checks, code, hard, message, sent_at)
    SELECT charge_id, number + {n}, key || '-{n}', gateway, token, amount_minor, currency, livemode,
           '{state}', {check_at}, 0, '', false, '', sent_at
    FROM charges_attempt WHERE charge_id = {{charge}};
"""
COPIED = """
    kind, refund_of_id, public_id, total_minor, price_minor, commission_minor, status, collect_at,
    finished_at, product, buyer_id, buyer_account_id, order_application_id, seller_application_id,
    payee_id, name, currency, quantity, per_account, test, commission_percent, return_url, retry_days,
    failure_count, failure_code, failure_message, activated_at, created_at, updated_at
"""
REFUND = f"""
    INSERT INTO charges_charge ({COPIED})
    SELECT 'refund', id, gen_random_uuid(), (price_minor + 1) * quantity, price_minor + 1, commission_minor,
           'processed', now(), NULL, {COPIED.partition("finished_at,")[2]}
    FROM charges_charge WHERE id = {{charge}};
"""
APPEND_ONLY = """DO $$ BEGIN EXECUTE (
    SELECT format('{act}', tgname) FROM pg_trigger
    WHERE tgrelid = 'ledger_ledgerentry'::regclass AND tgname LIKE 'pgtrigger_append%'); END $$"""
# What each does to a collected charge {charge}, a fresh one {pending} and one being collected {due}.
CHARGES = {
    "I-01": (
        TRANSACTION.format(livemode="true") + ENTRIES.format(amounts="WHEN 'buyer_clearing' THEN 5 ELSE -4"),
        {"I-01", "I-03"},
    ),
    "I-02": (TRANSACTION.format(livemode="true"), {"I-02"}),
    "I-04": ("UPDATE ledger_balancesnapshot SET balance_minor = balance_minor + 1", {"I-04"}),
    "I-04 lost": ("DELETE FROM ledger_balancesnapshot", {"I-04"}),
    "I-05": (
        TRANSACTION.format(livemode="false") + ENTRIES.format(amounts="WHEN 'buyer_clearing' THEN 5 ELSE -5"),
        {"I-05"},
    ),
    "I-06": (
        "UPDATE ledger_ledgerentry SET xact = xact + 1000000"
        " WHERE xact >= (SELECT xact FROM ledger_rollupmark)",
        {"I-06"},
    ),
    "I-06 mark": ("UPDATE ledger_rollupmark SET xact = xact + 1000000", {"I-04", "I-06"}),
    "I-07": ("UPDATE charges_attempt SET state = 'declined' WHERE charge_id = {charge}", {"I-07"}),
    "I-07 amount": (
        "UPDATE charges_attempt SET amount_minor = 1 WHERE charge_id = {charge}",
        {"I-07", "I-19a"},
    ),
    "I-08": (
        "UPDATE ledger_ledgertransaction SET reference = 'charge:nobody' WHERE reference = '{key}'",
        {"I-08"},
    ),
    "I-08 gross": (
        "UPDATE ledger_ledgerentry e SET amount_minor = e.amount_minor * 2 FROM ledger_ledgertransaction t"
        " WHERE t.id = e.transaction_id AND t.reference = '{key}';"
        "UPDATE ledger_balancesnapshot s SET balance_minor ="
        " (SELECT SUM(amount_minor) FROM ledger_ledgerentry e WHERE e.account_id = s.account_id)"
        " - (SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_ledgerentry e"
        "    WHERE e.account_id = s.account_id"
        "    AND e.xact >= (SELECT xact FROM ledger_rollupmark))",
        {"I-08"},
    ),
    "I-08a": ("UPDATE charges_attempt SET on_own_account = true WHERE charge_id = {charge}", {"I-08a"}),
    "I-08b": (
        "UPDATE charges_attempt SET state = 'returned' WHERE charge_id = {charge}",
        {"I-07", "I-08b"},
    ),
    "I-09": (
        "DROP INDEX one_live_attempt;" + ATTEMPT.format(n=1, state="needs_review", check_at="NULL"),
        {"I-09", "I-39"},
    ),
    "I-11": (
        "ALTER TABLE charges_charge DROP CONSTRAINT charge_commission_rounded_half_up;"
        "UPDATE charges_charge SET commission_minor = 41 WHERE id = {pending}",
        {"I-11", "I-39"},
    ),
    "I-12": (
        REFUND,
        {"I-12"},
    ),
    "I-42a": (
        "DELETE FROM events_event WHERE sequence = 2"
        " AND object_id = (SELECT public_id FROM charges_charge WHERE id = {charge})",
        {"I-42a"},
    ),
    "I-42b": (
        "UPDATE events_event e SET snapshot = '{{}}' FROM charges_charge c"
        " WHERE c.id = {charge} AND e.object_id = c.public_id AND e.sequence = c.event_count",
        {"I-42b"},
    ),
    "I-15": ("ALTER TABLE charges_charge ADD COLUMN tip real", {"I-15"}),
    "I-15 bits": ("ALTER TABLE charges_charge ADD COLUMN tip_minor integer", {"I-15"}),
    "I-16": (
        "UPDATE charges_charge SET status = 'declined', decided_at = now() WHERE id = {pending};"
        + HISTORY
        + " VALUES ({pending}, 'pending', 'success', 'test', '', now()),"
        " ({pending}, 'success', 'declined', 'test', '', now())",
        {"I-16", "I-42b"},
    ),
    "I-17": (
        "DELETE FROM charges_statuschange WHERE charge_id = {charge} AND from_status = 'accepted'",
        {"I-17"},
    ),
    "I-17 none": ("DELETE FROM charges_statuschange WHERE charge_id = {charge}", {"I-17"}),
    "I-17 end": (HISTORY + " VALUES ({pending}, 'pending', 'accepted', 'test', '', now())", {"I-17"}),
    "I-18": ("UPDATE charges_charge SET finished_at = NULL WHERE id = {charge}", {"I-18"}),
    "I-18 open": (
        "DROP INDEX one_live_attempt;" + ATTEMPT.format(n=1, state="sending", check_at="now()"),
        {"I-09", "I-18", "I-39"},
    ),
    "I-19": ("DELETE FROM charges_acceptance WHERE charge_id = {charge}", {"I-19", "I-19a"}),
    "I-19 other": (
        "UPDATE charges_acceptance SET organization_id = {payee} WHERE charge_id = {charge}",
        {"I-19", "I-19a"},
    ),
    "I-19a": ("UPDATE charges_attempt SET amount_minor = 1 WHERE charge_id = {declined}", {"I-19a"}),
    "I-20": (
        "UPDATE charges_attempt SET sent_at = sent_at - interval '1 day' WHERE charge_id = {charge}",
        {"I-20"},
    ),
    "I-20a": (
        "UPDATE charges_charge SET holds_until = activated_at - interval '1 second' WHERE id = {charge}",
        {"I-20a"},
    ),
    "I-21": ("UPDATE charges_charge SET name = 'Something else' WHERE id = {charge}", {"I-21"}),
    "I-29": ("UPDATE charges_attempt SET livemode = false WHERE charge_id = {charge}", {"I-19a", "I-29"}),
    "I-32": (
        "ALTER TABLE customers_idempotencykey DROP CONSTRAINT one_effect_per_key;"
        "INSERT INTO customers_idempotencykey"
        " (principal, route, key, fingerprint, owner, locked_until, headers, created_at)"
        " SELECT 'p', 'r', 'k', '', gen_random_uuid(), now(), '{{}}', now() FROM generate_series(1, 2)",
        {"I-32", "I-39"},
    ),
    "I-33": ("UPDATE charges_charge SET buyer_account_id = {stranger} WHERE id = {pending}", {"I-33"}),
    "I-33a": (
        "UPDATE auth_user SET is_staff = true WHERE id = (SELECT MIN(user_id) FROM customers_account)",
        {"I-33a"},
    ),
    "I-34": (
        REFUND + "UPDATE charges_charge SET product = 'helpdesk' WHERE refund_of_id = {charge}",
        {"I-12", "I-34"},
    ),
    "I-36": (
        "UPDATE charges_charge SET return_url = 'https://a.example/4111111111111111' WHERE id = {pending}",
        {"I-36"},
    ),
    "I-37": ("UPDATE auth_user SET password = 'plain' WHERE id = (SELECT MAX(id) FROM auth_user)", {"I-37"}),
    "I-37 token": ("UPDATE oauth2_provider_accesstoken SET token = 'readable'", {"I-37"}),
    "I-38": ("ALTER TABLE charges_charge ADD COLUMN local timestamp", {"I-38"}),
    "I-39 trigger": ("ALTER TABLE ledger_ledgerentry DISABLE TRIGGER USER", {"I-39"}),
    "I-39 consent": ("ALTER TABLE charges_attempt DISABLE TRIGGER USER", {"I-39"}),
    "I-39 check": ("ALTER TABLE ledger_ledgerentry DROP CONSTRAINT entry_is_not_zero", {"I-39"}),
    "I-39 index": ("DROP INDEX entry_tail", {"I-39"}),
    "I-39 unique": ("ALTER TABLE charges_attempt DROP CONSTRAINT attempt_keys_are_unique", {"I-39"}),
    "I-39 key": ("ALTER TABLE charges_charge DROP CONSTRAINT charges_charge_public_id_key", {"I-39"}),
    "I-39 foreign key": (
        """DO $$ BEGIN EXECUTE (
            SELECT format('ALTER TABLE ledger_ledgerentry DROP CONSTRAINT %I', conname) FROM pg_constraint
            WHERE conrelid = 'ledger_ledgerentry'::regclass AND contype = 'f' LIMIT 1); END $$""",
        {"I-39"},
    ),
    "I-39 null": ("ALTER TABLE charges_charge ALTER COLUMN currency DROP NOT NULL", {"I-39"}),
    "I-39 trigger dropped": (
        APPEND_ONLY.format(act="DROP TRIGGER %I ON ledger_ledgerentry"),
        {"I-39"},
    ),
    "I-39 trigger emptied": (
        APPEND_ONLY.format(
            act="CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql"
            " AS ''BEGIN RETURN NEW; END''"
        ),
        {"I-39"},
    ),
    "I-39 triggers passed over": (
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
        {"I-39"},
    ),
    "I-39 not valid": (
        "ALTER TABLE charges_charge ADD CONSTRAINT later CHECK (quantity > 0) NOT VALID",
        {"I-39"},
    ),
    "I-40a": (
        "UPDATE charges_charge SET collect_at = NULL WHERE id = {due};"
        "UPDATE charges_attempt SET charge_id = {due}, number = 2, state = 'sending',"
        " check_at = now() - interval '3 minutes' WHERE charge_id = {declined}",
        {"I-40a"},
    ),
    "I-40b": (
        "UPDATE charges_charge SET collect_at = NULL, activated_at = now() - interval '2 days'"
        " WHERE id = {due};"
        "UPDATE charges_acceptance SET created_at = now() - interval '2 days' WHERE charge_id = {due};"
        "UPDATE charges_attempt SET charge_id = {due}, number = 2, state = 'unknown',"
        " check_at = now() + interval '25 hours', sent_at = now() WHERE charge_id = {declined}",
        {"I-40b"},
    ),
    "I-40c": ("UPDATE charges_charge SET collect_at = NULL WHERE id = {due}", {"I-40c"}),
    "I-40d": (
        "UPDATE charges_charge SET collect_at = now() - interval '3 minutes' WHERE id = {due}",
        {"I-40d"},
    ),
}


def break_data(sql):
    """Past every trigger and foreign key, as only a superuser at the database's own prompt can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin; SET CONSTRAINTS ALL DEFERRED")


def find_broken(statement="ALTER", among=INVARIANTS):
    """What is broken after a statement; one that only writes rows cannot break the schema.

    To read the whole schema takes three times as long as to check all that holds of the rows.
    """
    reads_schema = CHANGES_SCHEMA.search(statement)
    checked = [invariant for invariant in among if reads_schema or invariant.id != OF_THE_SCHEMA]
    return {breach.invariant.id for breach in find_breaches(checked)}
