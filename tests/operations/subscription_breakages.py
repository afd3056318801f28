"""How each invariant of subscriptions is broken on purpose."""

HISTORY = (
    "INSERT INTO subscriptions_subscriptionchange"
    " (subscription_id, from_status, to_status, actor, reason, created_at)"
)
CONSENT = """
    INSERT INTO charges_acceptance (charge_id, subscription_id, account_id, organization_id, terms_hash, ip,
                                    user_agent, created_at)
    SELECT {charge}, {subscription}, account_id, organization_id, {terms}, ip, user_agent, created_at
    FROM charges_acceptance WHERE subscription_id = {{paid}};
"""
REMOVE = """
    UPDATE customers_paymentoption SET is_active = false, is_default = false, removed_at = now()
    WHERE id = (SELECT payment_option_id FROM {table} WHERE id = {row})
"""
EARLIER = "- interval '1 day'"
# What each does to a subscription {paid} for three periods, whose charges are {first}, {second} and {third},
# one whose newest period {open} waits for a retry ({retried}), a {cancelled}, a {frozen} and a {fresh} one.
SUBSCRIPTIONS = {
    "I-16 move": (
        HISTORY + " VALUES ({fresh}, 'pending', 'active', 'test', '', now()),"
        " ({fresh}, 'active', 'pending', 'test', '', now())",
        {"I-16"},
    ),
    "I-17 gap": (
        "DELETE FROM subscriptions_subscriptionchange"
        " WHERE subscription_id = {paid} AND from_status = 'accepted'",
        {"I-17"},
    ),
    "I-17 none": (
        "DELETE FROM subscriptions_subscriptionchange WHERE subscription_id = {paid}",
        {"I-17"},
    ),
    "I-17 end": (HISTORY + " VALUES ({fresh}, 'pending', 'accepted', 'test', '', now())", {"I-17"}),
    "I-17 of a period": ("DELETE FROM charges_statuschange WHERE charge_id = {first}", {"I-17"}),
    "I-17 beginning of a period": (
        "UPDATE charges_statuschange SET from_status = 'pending' WHERE charge_id = {first}",
        {"I-16", "I-17"},
    ),
    "I-18 date": (
        "UPDATE subscriptions_subscription SET frozen_at = NULL WHERE id = {frozen}",
        {"I-18"},
    ),
    "I-18 running": (
        "UPDATE subscriptions_subscription SET cancelled_at = now() WHERE id = {paid}",
        {"I-18"},
    ),
    "I-18 held": ("UPDATE subscriptions_subscription SET held_at = now() WHERE id = {cancelled}", {"I-18"}),
    "I-19 none": ("DELETE FROM charges_acceptance WHERE subscription_id = {paid}", {"I-19", "I-19a"}),
    "I-19 other": (
        "UPDATE charges_acceptance SET organization_id = {payee} WHERE subscription_id = {paid}",
        {"I-19", "I-19a"},
    ),
    "I-19 early": (
        CONSENT.format(charge="NULL", subscription="{fresh}", terms="terms_hash"),
        {"I-19", "I-21"},
    ),
    "I-19 of a period": (
        CONSENT.format(charge="{first}", subscription="NULL", terms="'{terms}'"),
        {"I-19"},
    ),
    "I-33b": (
        REMOVE.format(table="subscriptions_subscription", row="{paid}"),
        {"I-33b"},
    ),
    "I-33b of a period": (
        REMOVE.format(table="charges_charge", row="{open}"),
        {"I-33b"},
    ),
    "I-19a period": (
        "UPDATE charges_charge SET quantity = 2, total_minor = total_minor * 2,"
        " commission_minor = commission_minor * 2 WHERE id = {open};"
        "UPDATE charges_attempt SET amount_minor = amount_minor * 2 WHERE charge_id = {open}",
        {"I-19a"},
    ),
    "I-20 consent": (
        "UPDATE charges_acceptance SET created_at = now() WHERE subscription_id = {paid}",
        {"I-20"},
    ),
    "I-20 period": (
        f"UPDATE charges_attempt SET sent_at = sent_at {EARLIER} WHERE charge_id = {{second}};"
        f"UPDATE charges_charge SET activated_at = activated_at {EARLIER} WHERE id = {{second}}",
        {"I-20"},
    ),
    "I-20a subscription": (
        "UPDATE subscriptions_subscription SET holds_until = activated_at - interval '1 day'"
        " WHERE id = {paid}",
        {"I-20a"},
    ),
    "I-21 subscription": (
        "UPDATE subscriptions_subscription SET trial_days = trial_days + 1 WHERE id = {paid}",
        {"I-21"},
    ),
    "I-21 period": (
        "UPDATE charges_charge SET name = 'Something else' WHERE id = {first}",
        {"I-19a", "I-21"},
    ),
    "I-23": (
        "ALTER TABLE charges_charge DROP CONSTRAINT one_charge_per_period;"
        "UPDATE charges_charge SET subscription_id = {paid}, period = 2, due_at = '{starts_of_2}',"
        " buyer_id = p.buyer_id, payee_id = p.payee_id, name = p.name,"
        " order_application_id = p.order_application_id, buyer_account_id = p.buyer_account_id,"
        " payment_option_id = p.payment_option_id"
        " FROM charges_charge p WHERE charges_charge.id = {failed} AND p.id = {third};"
        "UPDATE charges_attempt SET sent_at = '{starts_of_2}' WHERE charge_id = {failed};"
        "UPDATE subscriptions_subscription SET period = 0 WHERE id = {frozen}",
        {"I-23", "I-39"},
    ),
    "I-24 gap": (
        "UPDATE charges_charge SET period = 7, due_at = '{starts_of_7}' WHERE id = {third};"
        "UPDATE subscriptions_subscription SET current_charge_at = '{starts_of_7}',"
        " next_charge_at = '{starts_of_8}', period = 8, due_at = '{starts_of_8}' WHERE id = {paid};"
        "UPDATE charges_attempt SET sent_at = '{starts_of_8}' WHERE charge_id = {third}",
        {"I-24"},
    ),
    "I-24 next": (
        "UPDATE subscriptions_subscription SET period = period + 1, due_at = NULL, held_at = now()"
        " WHERE id = {paid}",
        {"I-24"},
    ),
    "I-24 first": ("UPDATE subscriptions_subscription SET first_period = 1 WHERE id = {paid}", {"I-24"}),
    "I-25": (
        f"UPDATE charges_charge SET due_at = due_at {EARLIER} WHERE id = {{second}}",
        {"I-25"},
    ),
    "I-25 next": (
        "UPDATE subscriptions_subscription SET due_at = due_at + interval '1 day' WHERE id = {paid}",
        {"I-25"},
    ),
    "I-26 window": (
        "UPDATE subscriptions_subscription SET next_charge_at = '{starts_of_2}' WHERE id = {paid}",
        {"I-26"},
    ),
    "I-26 paid": (
        "UPDATE subscriptions_subscription SET current_charge_at = '{starts_of_1}' WHERE id = {paid}",
        {"I-26"},
    ),
    "I-26 order": (
        "UPDATE subscriptions_subscription SET anchor_period = 3, anchor_at = due_at WHERE id = {paid};"
        "UPDATE charges_charge SET due_at = '{starts_of_0}' WHERE id = {second}",
        {"I-26"},
    ),
    "I-27 trial": (
        "UPDATE subscriptions_subscription SET trial_ends_at = anchor_at + interval '1 day'"
        " WHERE id = {cancelled}",
        {"I-27"},
    ),
    "I-27 end": (
        "UPDATE subscriptions_subscription SET cancel_at = anchor_at, event_count = event_count + 1"
        " WHERE id = {paid}",
        {"I-27", "I-42a"},
    ),
    "I-27 attempt": (
        "UPDATE charges_attempt SET sent_at = now() WHERE charge_id = {last}",
        {"I-27"},
    ),
    "I-27 retry": (
        "UPDATE charges_charge SET status = 'processed', finished_at = NULL, collect_at = now()"
        " WHERE id = {failed};"
        "DELETE FROM charges_statuschange WHERE charge_id = {failed}",
        {"I-27", "I-42b"},
    ),
    "I-28": (
        "UPDATE subscriptions_subscription SET catch_up_limit = 1 WHERE id = {paid};"
        "UPDATE charges_charge SET created_at = created_at + interval '62 days' WHERE id = {first}",
        {"I-28"},
    ),
    "I-34 period": (
        "UPDATE charges_charge SET product = 'helpdesk' WHERE id = {third}",
        {"I-19a", "I-21", "I-34"},
    ),
    "I-29 period": (
        "UPDATE charges_charge SET test = true WHERE id = {open};"
        "UPDATE charges_attempt SET livemode = false WHERE charge_id = {open}",
        {"I-19a", "I-29"},
    ),
    "I-33 card": (
        "UPDATE subscriptions_subscription SET payment_option_id = {foreign_card} WHERE id = {fresh}",
        {"I-33"},
    ),
    "I-33 card of a period": (
        "UPDATE charges_charge SET payment_option_id = {foreign_card} WHERE id = {open}",
        {"I-33"},
    ),
    "I-33 card of a customer": (
        "UPDATE charges_charge SET payment_option_id = {customers_card} WHERE id = {open}",
        {"I-33"},
    ),
    "I-33 seller": (
        "UPDATE charges_charge SET payee_id = {payee} WHERE id = {open}",
        {"I-19a", "I-33"},
    ),
    "I-40e": ("UPDATE subscriptions_subscription SET due_at = NULL WHERE id = {paid}", {"I-40e"}),
    "I-40e failed": (
        "UPDATE charges_charge SET status = 'failed', finished_at = now(), collect_at = NULL"
        " WHERE id = {open};"
        "INSERT INTO charges_statuschange (charge_id, from_status, to_status, actor, reason, created_at)"
        " VALUES ({open}, 'processed', 'failed', 'test', '', now())",
        {"I-40e", "I-42b"},
    ),
    "I-40f": (
        "UPDATE subscriptions_subscription SET anchor_period = period, due_at = now() - interval '3 minutes',"
        " anchor_at = now() - interval '3 minutes' WHERE id = {paid}",
        {"I-40f"},
    ),
}
