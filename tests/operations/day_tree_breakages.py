"""How closed days are tampered with, by SQL of a superuser, past every guard. {sale} is in one."""

ADDED = """
    INSERT INTO ledger_ledgertransaction
        (public_id, kind, reference, description, currency, livemode, created_at)
    SELECT gen_random_uuid(), 'withdrawal', 'added', '', 'USD', true, created_at
    FROM ledger_ledgertransaction WHERE id = {sale};
    INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor, xact)
    SELECT t.id, e.account_id, e.amount_minor, 3 FROM ledger_ledgertransaction t, ledger_ledgerentry e
    WHERE t.reference = 'added' AND e.transaction_id = {sale};
"""
WITH_A_LEAF = """
    INSERT INTO ledger_treeleaf (transaction_id, digest, tree_id, place)
    SELECT t.id, '\\x00', l.tree_id, 9 FROM ledger_ledgertransaction t, ledger_treeleaf l
    WHERE t.reference = 'added' AND l.transaction_id = {sale};
"""
DAY_TREES = {
    "an amount": (
        "UPDATE ledger_ledgerentry SET amount_minor = amount_minor * 2 WHERE transaction_id = {sale}",
        {"I-48a"},
    ),
    "an account": (
        "UPDATE ledger_ledgeraccount SET kind = 'disputed' WHERE kind = 'commission_revenue'",
        {"I-48a"},
    ),
    "a day": (
        "UPDATE ledger_ledgertransaction SET created_at = created_at - interval '1 day' WHERE id = {sale}",
        {"I-48a"},
    ),
    "deleted": (
        "DELETE FROM ledger_ledgerentry WHERE transaction_id = {sale};"
        "DELETE FROM ledger_ledgertransaction WHERE id = {sale}",
        {"I-48a"},
    ),
    "deleted with its leaf": (
        "DELETE FROM ledger_ledgerentry WHERE transaction_id = {sale};"
        "DELETE FROM ledger_ledgertransaction WHERE id = {sale};"
        "DELETE FROM ledger_treeleaf WHERE transaction_id = {sale}",
        {"I-48b"},
    ),
    "an entry added": (
        "INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor, xact)"
        " SELECT transaction_id, account_id, amount_minor, 3 FROM ledger_ledgerentry"
        " WHERE transaction_id = {sale}",
        {"I-48a"},
    ),
    "added": (ADDED, {"I-48c"}),
    "added with a leaf": (ADDED + WITH_A_LEAF, {"I-48a", "I-48b"}),
    "another root": ("UPDATE ledger_daytree SET root = repeat('ab', 32)", {"I-48b"}),
    "another key": (
        "UPDATE ledger_signingkey SET public_key = repeat('ab', 32)",
        {"I-48b"},
    ),
    "a day taken out": ("DELETE FROM ledger_daytree WHERE day = '2026-11-11'", {"I-48b"}),
    "late": ("UPDATE ledger_daytree SET day = day - 7", {"I-48b", "I-48d"}),
}
