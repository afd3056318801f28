"""How each invariant of customers' accounts is broken on purpose."""

CHANGE = "UPDATE ledger_customertransaction SET {} WHERE id = {}"
# What each does to an {invoice} of 100 that a {payment} covers by 80 ({allocation}), to an invoice that a
# {reversal} took back and whose allocation ({ended}) it ended, to the {credit} of another customer, and to
# the payment of a charge ({captured}), the decline of an attempt ({declined}), and the chargebacks of a
# dispute that is open ({chargeback}) and of one that was won ({won}).
RECEIVABLES = {
    "I-35a": (CHANGE.format("balance_minor = 21", "{invoice}"), {"I-35a"}),
    "I-35a lost": ("DELETE FROM ledger_allocation WHERE id = {allocation}", {"I-35a"}),
    "I-35b": (
        "UPDATE ledger_allocation SET source_id = target_id, target_id = source_id WHERE id = {allocation}",
        {"I-35b"},
    ),
    "I-35b customer": (CHANGE.format("customer_id = {other}", "{payment}"), {"I-35b", "I-35c"}),
    "I-35b currency": (CHANGE.format("currency = 'EUR'", "{payment}"), {"I-35b"}),
    "I-35c": ("UPDATE ledger_allocation SET cause_id = {payment} WHERE id = {ended}", {"I-35c"}),
    "I-35c date": (
        "ALTER TABLE ledger_allocation DROP CONSTRAINT an_inactive_allocation_has_its_cause;"
        "UPDATE ledger_allocation SET deactivated_at = NULL WHERE id = {ended}",
        {"I-35c", "I-39"},
    ),
    "I-35d": (CHANGE.format("reverses_id = {invoice}", "{reversal}"), {"I-35d"}),
    "I-35d type": (CHANGE.format("type = 'refund_reversal'", "{reversal}"), {"I-35d"}),
    "I-35d nothing": (
        "ALTER TABLE ledger_customertransaction DROP CONSTRAINT only_reversals_reverse;"
        + CHANGE.format("reverses_id = NULL", "{reversal}"),
        {"I-35c", "I-35d", "I-39"},
    ),
    "I-35d apart": (
        "UPDATE ledger_allocation SET is_active = false, deactivated_at = now(), cause_id = {reversal}"
        " WHERE source_id = {reversal}",
        {"I-35a", "I-35d"},
    ),
    "I-35e": (CHANGE.format("customer_id = {customer}", "{credit}"), {"I-35e"}),
    "I-35f": (CHANGE.format("customer_id = {other}", "{captured}"), {"I-35f"}),
    "I-35f amount": (CHANGE.format("amount_minor = 899, balance_minor = 899", "{captured}"), {"I-35f"}),
    "I-35g": (CHANGE.format("customer_id = {customer}", "{chargeback}"), {"I-35g"}),
    "I-35g amount": (CHANGE.format("amount_minor = 449, balance_minor = 449", "{chargeback}"), {"I-35g"}),
    "I-35g stands": (
        "DELETE FROM ledger_allocation WHERE target_id = {won};"
        "DELETE FROM ledger_customertransaction WHERE reverses_id = {won};"
        + CHANGE.format("balance_minor = amount_minor", "{won}"),
        {"I-35g"},
    ),
    "I-35f decline": (CHANGE.format("customer_id = {other}", "{declined}"), {"I-35f"}),
}
