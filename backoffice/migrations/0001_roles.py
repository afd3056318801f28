"""The roles of staff. What later versions add to them comes by later migrations (backoffice/role_making.py)."""

from django.db import migrations

from backoffice.role_making import make_roles

BUYERS = (
    "charges.view_attempt",
    "charges.view_charge",
    "customers.view_account",
    "customers.view_application",
    "customers.view_customer",
    "customers.view_merchant",
    "customers.view_organization",
    "events.view_event",
    "invoicing.view_taxpaper",
    "mail.view_blockedaddress",
    "mail.view_mail",
    "subscriptions.view_plan",
    "subscriptions.view_subscription",
)
PROGRAMS = (
    "charges.view_cardtesting",
    "charges.view_processorevent",
    "webhooks.view_delivery",
    "webhooks.view_endpoint",
)
BOOKS = (
    "approvals.view_approval",
    "bookkeeping.view_difference",
    "bookkeeping.view_statement",
    "charges.view_dispute",
    "invoicing.view_series",
    "ledger.view_allocation",
    "ledger.view_correction",
    "ledger.view_customertransaction",
    "ledger.view_ledgeraccount",
    "ledger.view_ledgerentry",
    "ledger.view_ledgertransaction",
    "ledger.view_month",
    "payouts.view_bankreport",
    "payouts.view_payout",
    "payouts.view_payoutaccount",
    "payouts.view_payoutbatch",
    "taxes.view_taxrate",
)
SELLERS = ("access.view_consoleinvitation", "access.view_signup")
EVERYTHING_OF_BUSINESS = (*BUYERS, *PROGRAMS, *BOOKS, *SELLERS)
LOG_INS = ("access.open_log_in", "access.view_logincounter", "auth.view_user")
ROLES = {
    "Viewer": EVERYTHING_OF_BUSINESS,
    "Support": (
        *BUYERS,
        *LOG_INS,
        "mail.resend_mail",
        "mail.unblock_address",
        "request_log.view_loggedrequest",
        "subscriptions.cancel_subscription",
    ),
    "Finance": (
        *EVERYTHING_OF_BUSINESS,
        "bookkeeping.change_difference",
        "charges.refund_charge",
        "charges.review_attempt",
        "charges.write_off_charge",
        "customers.change_organization",
        "ledger.add_correction",
        "ledger.change_month",
        "mail.resend_mail",
        "payouts.add_payout",
        "payouts.add_payoutaccount",
        "payouts.send_payout",
        "subscriptions.cancel_subscription",
        "subscriptions.change_card_of_subscription",
        "subscriptions.extend_trial_of_subscription",
        "subscriptions.hold_subscription",
        "subscriptions.release_subscription",
        "subscriptions.retry_subscription",
        "taxes.add_taxrate",
        "taxes.change_taxrate",
    ),
    "Approver": (*EVERYTHING_OF_BUSINESS, "approvals.approve_money"),
    "Developer": (*BUYERS, *PROGRAMS, "request_log.view_loggedrequest", "webhooks.repair_endpoint"),
    "Administrator": (
        *EVERYTHING_OF_BUSINESS,
        *LOG_INS,
        "access.add_consoleinvitation",
        "access.administer_staff",
        "access.decide_signup",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "customers.add_account",
        "customers.add_application",
        "customers.add_organization",
        "customers.change_account",
        "customers.change_application",
        "customers.change_merchant",
        "customers.change_organization",
        "customers.erase_account",
        "customers.view_auditline",
        "mail.resend_mail",
        "mail.unblock_address",
        "request_log.view_loggedrequest",
        "webhooks.repair_endpoint",
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_open_log_ins"),
        ("approvals", "0001_approvals"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("bookkeeping", "0002_figures_by_day"),
        ("charges", "0030_reviews_of_attempts"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("customers", "0023_audit_lines_are_read"),
        ("events", "0008_types_of_events"),
        ("invoicing", "0002_papers_by_day"),
        ("ledger", "0010_words_of_accounts"),
        ("mail", "0005_kinds_of_mails"),
        ("payouts", "0001_payouts"),
        ("request_log", "0001_initial"),
        ("subscriptions", "0019_longer_trials"),
        ("taxes", "0002_rates_of_2026"),
        ("webhooks", "0007_types_of_events"),
    ]
    operations = [
        migrations.RunPython(lambda apps, editor: make_roles(apps, ROLES), migrations.RunPython.noop),
    ]
