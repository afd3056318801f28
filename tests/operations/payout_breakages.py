"""How each invariant of payouts is broken on purpose."""

PAYOUT = "UPDATE payouts_payout SET {} WHERE id = {}"
POSTED = """
    UPDATE ledger_ledgertransaction SET {} WHERE kind = '{}' AND reference = 'payout:' || (
        SELECT public_id FROM payouts_payout WHERE id = {})
"""
APPROVAL = """
    UPDATE approvals_approval SET {} WHERE subject = 'payout:' || (
        SELECT public_id FROM payouts_payout WHERE id = {})
"""
# What each does to an {approved} payout, one that is {settled}, one that was {returned}, and a {batch} of the
# bank with one payout.
PAYOUTS = {
    "I-13": (
        "ALTER TABLE payouts_payout DROP CONSTRAINT a_payout_is_at_most_what_was_available;"
        + PAYOUT.format("available_minor = amount_minor - 1", "{approved}"),
        {"I-13", "I-39"},
    ),
    "I-13 account": (
        PAYOUT.format(
            "account_id = (SELECT account_id FROM payouts_payout WHERE id = {settled})", "{returned}"
        ),
        {"I-13", "I-22a"},
    ),
    "I-13a": (
        PAYOUT.format("amount_minor = amount_minor - 1", "{settled}"),
        {"I-13a", "I-22a"},
    ),
    "I-13a none": (POSTED.format("reference = 'payout:nobody'", "payout_settled", "{settled}"), {"I-13a"}),
    "I-13a locked": (POSTED.format("reference = 'payout:nobody'", "withdrawal", "{approved}"), {"I-13a"}),
    "I-13a returned": (
        POSTED.format("reference = 'payout:nobody'", "payout_returned", "{returned}"),
        {"I-13a"},
    ),
    "I-13a seller": (
        PAYOUT.format("organization_id = (SELECT MIN(id) FROM customers_organization)", "{settled}"),
        {"I-13", "I-13a"},
    ),
    "I-13b": (
        PAYOUT.format("status = 'rejected'", "{approved}"),
        {"I-13a", "I-13b", "I-17", "I-42b"},
    ),
    "I-13c": (
        "UPDATE payouts_payoutbatch SET total_minor = total_minor + 1 WHERE id = {batch}",
        {"I-13c"},
    ),
    "I-13c content": ("UPDATE payouts_payoutbatch SET content = 'x' WHERE id = {batch}", {"I-13c"}),
    "I-13c lost": ("UPDATE payouts_payout SET batch_id = NULL WHERE batch_id = {batch}", {"I-13c"}),
    "I-16 payout": (
        "INSERT INTO payouts_payoutchange (payout_id, from_status, to_status, actor, reason, created_at)"
        " VALUES ({settled}, 'settled', 'sent', 'test', '', now()),"
        " ({settled}, 'sent', 'settled', 'test', '', now())",
        {"I-16"},
    ),
    "I-17 payout": ("DELETE FROM payouts_payoutchange WHERE payout_id = {settled}", {"I-17"}),
    "I-22a": (APPROVAL.format("status = 'void', used_at = NULL", "{settled}"), {"I-22a", "I-22c"}),
    "I-22a approved": (APPROVAL.format("status = 'void'", "{approved}"), {"I-22a", "I-22c"}),
    "I-22f": (
        "INSERT INTO payouts_direction (public_id, kind, user_id, account_id, currency, created_at)"
        " SELECT gen_random_uuid(), 'account', a.decided_by_id, p.account_id, '',"
        " a.decided_at - interval '1 day'"
        " FROM payouts_payout p JOIN approvals_approval a ON a.subject = 'payout:' || p.public_id"
        " WHERE p.id = {settled}",
        {"I-22f"},
    ),
    "I-42a payout": (
        "DELETE FROM events_event WHERE sequence = 2"
        " AND object_id = (SELECT public_id FROM payouts_payout WHERE id = {settled})",
        {"I-42a"},
    ),
}
