"""How the sums of entries are broken on purpose; there are several of them, of two blocks."""

GONE = "DELETE FROM ledger_entrysum WHERE id = (SELECT MIN(id) FROM ledger_entrysum)"
ENTRY_SUMS = {
    "an amount": ("UPDATE ledger_entrysum SET amount_minor = amount_minor + 1", {"I-49"}),
    "an instant": ("UPDATE ledger_entrysum SET latest = latest + interval '1 second'", {"I-49"}),
    "one is gone": (GONE, {"I-49"}),
    "the mark is before it": ("UPDATE ledger_summark SET last_entry = last_entry - 1", {"I-49"}),
    "the mark is behind it": (
        "UPDATE ledger_summark SET last_entry = last_entry + 1, complete_entry = 10^9",
        {"I-49"},
    ),
}
