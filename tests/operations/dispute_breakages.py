"""How each invariant of disputes, fees and events of processors is broken on purpose."""

DISPUTE = "UPDATE charges_dispute SET {} WHERE id = {}"
POSTED = """
    UPDATE ledger_ledgertransaction SET {} WHERE kind = '{}' AND reference LIKE '%%' || (
        SELECT public_id FROM charges_dispute WHERE id = {}) || '%%'
"""
# What each does to an {open} dispute of everything with a fee, a {lost} one of a part, a {won} one, and the
# {fee} of an attempt.
DISPUTES = {
    "I-12 dispute": (
        "INSERT INTO charges_dispute (public_id, charge_id, attempt_id, gateway, reference, livemode,"
        " currency, amount_minor, status, fee_minor, fee_currency, fee_postings, reason, asked_at, opened_at)"
        " SELECT gen_random_uuid(), charge_id, attempt_id, gateway, 'dp_more', livemode, currency, 1,"
        " 'opened', 0, 'USD', 0, '', now(), now() FROM charges_dispute WHERE id = {open}",
        {"I-12", "I-41a", "I-41b"},
    ),
    "I-16 dispute": (
        "INSERT INTO charges_disputechange (dispute_id, from_status, to_status, actor, created_at)"
        " VALUES ({open}, 'lost', 'opened', 'test', now())",
        {"I-16", "I-17"},
    ),
    "I-17 dispute": ("DELETE FROM charges_disputechange WHERE dispute_id = {won}", {"I-17"}),
    "I-29 dispute": (DISPUTE.format("livemode = false", "{open}"), {"I-29", "I-41a", "I-41c"}),
    "I-41a": (DISPUTE.format("commission_minor = commission_minor + 1", "{lost}"), {"I-41a"}),
    "I-41a won": (POSTED.format("reference = 'dispute:nobody'", "dispute_won", "{won}"), {"I-41a"}),
    "I-41a opened": (POSTED.format("reference = 'dispute:nobody'", "dispute_opened", "{lost}"), {"I-41a"}),
    "I-41a amount": (DISPUTE.format("amount_minor = amount_minor - 1", "{open}"), {"I-41a"}),
    "I-41b": (
        DISPUTE.format("shared_at_opening = false, commission_minor = NULL", "{open}"),
        {"I-41a", "I-41b"},
    ),
    "I-41c": ("UPDATE charges_attemptfee SET fee_minor = fee_minor + 1 WHERE attempt_id = {fee}", {"I-41c"}),
    "I-41c currency": ("UPDATE charges_attemptfee SET currency = 'EUR' WHERE attempt_id = {fee}", {"I-41c"}),
    "I-41c none": ("DELETE FROM charges_attemptfee WHERE attempt_id = {fee}", {"I-41c"}),
    "I-41c dispute": (DISPUTE.format("fee_minor = fee_minor + 1", "{open}"), {"I-41c"}),
    "I-41c payer": (DISPUTE.format("fee_payer = 'seller'", "{open}"), {"I-41c"}),
    "I-41c count": (DISPUTE.format("fee_postings = 0", "{open}"), {"I-41c"}),
    "I-40g": (
        "INSERT INTO charges_processorevent (gateway, event_id, subject, reference, received_at, act_at,"
        " tries, trouble)"
        " VALUES ('sandbox', 'evt_1', 'card', 'pm_1', now(), now() - interval '3 minutes', 0, '')",
        {"I-40g"},
    ),
    "I-40g fee": (
        "UPDATE charges_attemptfee SET fee_minor = NULL, currency = '', check_at = now() - interval '1 hour'"
        " WHERE attempt_id = {fee}",
        {"I-40g", "I-41c"},
    ),
}
