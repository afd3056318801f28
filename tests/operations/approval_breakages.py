"""How each invariant of what needs a second person is broken on purpose."""

APPROVAL = "UPDATE approvals_approval SET {} WHERE id = {}"
# What each does to a {refund} and a {correction} that were approved and done, and to a refund that {waits}.
APPROVALS = {
    "I-22b": (APPROVAL.format("terms = terms || ' '", "{waits}"), {"I-22b"}),
    "I-22b account": (
        "UPDATE customers_account SET user_id = a.decided_by_id FROM approvals_approval a"
        " WHERE a.id = {refund} AND customers_account.id = (SELECT MIN(id) FROM customers_account)",
        {"I-22b", "I-33a"},
    ),
    "I-22c": ("DELETE FROM approvals_approvalchange WHERE approval_id = {correction}", {"I-22c"}),
    "I-22c move": (
        "INSERT INTO approvals_approvalchange"
        " (approval_id, from_status, to_status, actor, reason, created_at)"
        " VALUES ({waits}, 'void', 'used', 'test', '', now())",
        {"I-22c"},
    ),
    "I-22d": (
        "DELETE FROM approvals_approvalchange WHERE approval_id = {refund} AND to_status = 'used';"
        + APPROVAL.format("status = 'approved', used_at = NULL", "{refund}"),
        {"I-22d"},
    ),
    "I-22d other": (
        "UPDATE charges_refundrequest SET amount_minor = amount_minor + 1 WHERE approval_id = {refund}",
        {"I-22d"},
    ),
    "I-22e": (
        "UPDATE ledger_ledgertransaction SET reference = 'correction:nobody' WHERE kind = 'correction'",
        {"I-22e"},
    ),
    "I-22e lines": (
        "UPDATE ledger_ledgerentry SET account_id = (SELECT id FROM ledger_ledgeraccount"
        " WHERE kind = 'disputed') WHERE id = (SELECT MAX(e.id) FROM ledger_ledgerentry e"
        " JOIN ledger_ledgertransaction t ON t.id = e.transaction_id WHERE t.kind = 'correction')",
        {"I-22e", "I-41b"},
    ),
    "I-22e none": (APPROVAL.format("act = 'payout'", "{correction}"), {"I-22e"}),
    "I-22e paper": ("UPDATE ledger_correction SET attachment = 'other'", {"I-22e"}),
}
