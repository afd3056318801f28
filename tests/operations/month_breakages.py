"""How each invariant of closed months is broken on purpose, past every guard. {month} is one with a sale."""

LATE = """
    INSERT INTO ledger_ledgertransaction
        (public_id, kind, reference, description, currency, livemode, created_at)
    SELECT gen_random_uuid(), 'withdrawal', 'broken', '', 'USD', true, starts_at
    FROM ledger_month WHERE id = {month};
    INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
    SELECT t.id, a.id, CASE a.kind WHEN 'buyer_clearing' THEN 5 ELSE -5 END
    FROM ledger_ledgertransaction t, ledger_ledgeraccount a
    WHERE t.reference = 'broken' AND a.livemode AND a.kind IN ('buyer_clearing', 'commission_revenue');
"""
READING = """
    INSERT INTO bookkeeping_reading (month_id, gateway, trouble, step_seconds, finished_at)
    VALUES ({{month}}, 'broken', '', 60, {finished_at})
"""
MONTHS = {
    "I-10": (READING.format(finished_at="NULL"), {"I-10"}),
    "I-10 early": (READING.format(finished_at="'2026-10-31'"), {"I-10"}),
    "I-14": (
        "INSERT INTO bookkeeping_difference (month_id, gateway, kind, reference, currency, found_at,"
        " settled_by, reason, listed_minor)"
        " VALUES ({month}, 'g', 'only_listed', 'r', 'USD', now(), '', '', 5)",
        {"I-14"},
    ),
    "I-47a": (LATE, {"I-47a", "I-47b"}),
    "I-47b": (
        "UPDATE ledger_monthturnover SET amount_minor = amount_minor + 1 WHERE amount_minor = 200",
        {"I-47b", "I-47c"},
    ),
    "I-47b count": (
        "UPDATE ledger_monthturnover SET entries = 2 WHERE amount_minor = 200",
        {"I-47b"},
    ),
    "I-47b none": ("DELETE FROM ledger_monthturnover", {"I-47b", "I-47c", "I-47d"}),
    "I-47c": (
        "UPDATE ledger_monthbalance SET opening_minor = opening_minor + 1, closing_minor = closing_minor + 1"
        " WHERE closing_minor = 200 AND month_id <> {month}",
        {"I-47c"},
    ),
    "I-47c end": (
        "UPDATE ledger_monthbalance SET closing_minor = 201"
        " WHERE closing_minor = 200 AND month_id <> {month}",
        {"I-47c"},
    ),
    "I-47d": (
        "UPDATE bookkeeping_statement SET sales_minor = sales_minor + 1, closing_minor = closing_minor + 1",
        {"I-47d"},
    ),
    "I-47d none": ("DELETE FROM bookkeeping_statement WHERE month_id = {month}", {"I-47d"}),
    "I-47d lines": ("UPDATE bookkeeping_statement SET line_count = 7 WHERE month_id = {month}", {"I-47d"}),
}
