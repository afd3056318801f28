"""The tests that should notice that a security check is gone: those named like its module first."""

import json
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
KILLERS = Path(__file__).with_name("security_killers.json")
UNFIT = re.compile(r"/(browser|bench|runner|simulator|mutants|migrations)/|test_costs|test_every_path|kill")

# Where a rule of one package is tried through the door of another.
ALSO = {
    "access": (
        "access",
        "console",
        "checkout/test_members.py",
        "checkout",
        "dialects/unibill",
        "dialects/billy",
    ),
    "access.applications": ("console/test_applications.py", "backoffice/test_sellers.py", "console"),
    "access.registration_codes": ("dialects/billy/test_registration.py",),
    "access.idempotency": ("access/test_idempotency.py", "access/test_idempotency_races.py", "dialects/text"),
    "access.link_limits": ("checkout/test_mailed_links.py", "checkout/test_locked_log_ins.py"),
    "access.log_in": (
        "access/test_log_in_limits.py",
        "checkout/test_locked_log_ins.py",
        "checkout",
        "backoffice",
    ),
    "access.member": ("console/test_members.py", "checkout/test_members.py", "access", "console"),
    "access.joining": ("console/test_members.py", "checkout/test_members.py", "console/test_signing_up.py"),
    "access.oauth": ("access/oauth", "checkout/test_connected_apps.py", "dialects/text"),
    "access.oauth.bearer_tokens": (
        *("dialects/text/test_tenants.py", "dialects/text/test_refunds.py", "dialects/text/test_payouts.py"),
        *(
            "dialects/text/test_invoices.py",
            "dialects/text/test_cards.py",
            "dialects/text/test_event_feed.py",
        ),
        *("dialects/text/test_webhook_endpoints.py", "access/oauth", "checkout/test_roles_by_door.py"),
    ),
    "access.open_sessions": ("checkout/test_devices.py", "backoffice/test_staff_administration.py", "access"),
    "access.own_passwords": ("checkout/test_changing_a_password.py", "checkout/test_locked_log_ins.py"),
    "access.registration": ("dialects/billy/test_registration.py", "dialects/billy/test_companies.py"),
    "access.registered_members": (
        *("console/test_members.py", "checkout/test_members.py", "operations/test_erasure.py"),
        *("backoffice/test_registering_people.py", "console"),
    ),
    "access.application_review": ("console/test_applications.py", "backoffice/test_sellers.py", "console"),
    "access.second_factors": (
        *("access/test_factors_of_one_person.py", "backoffice/test_second_factor.py"),
        *("access/test_second_factors.py", "access/test_passkeys.py"),
    ),
    "access.sign_ups": ("console/test_signing_up.py", "console", "backoffice/test_sellers.py"),
    "access.staff": ("backoffice/test_staff_administration.py", "backoffice/test_staff_duties.py"),
    "approvals": ("approvals", "payouts/test_four_eyes.py", "backoffice/test_refunds.py"),
    "backoffice": (
        *("backoffice/test_roles.py", "backoffice/test_buttons_ask_for_permissions.py"),
        *("backoffice/test_second_factor.py", "backoffice"),
    ),
    "backoffice.log_in": ("backoffice/test_second_factor.py", "backoffice/test_taking_over.py", "backoffice"),
    "billing_site": ("billing_site", "checkout/test_headers.py", "dialects/text/test_malformed.py"),
    "billing_site.middleware": ("billing_site/test_headers.py", "billing_site", "checkout/test_headers.py"),
    "billing_site.oauth": ("access/oauth/test_unsafe_addresses.py", "access/oauth", "billing_site"),
    "charges": ("charges", "checkout/test_who_may_decide.py", "dialects/text/test_tenants.py", "checkout"),
    "charges.collection.sending": ("charges/collection/test_preparing.py", "charges/collection", "charges"),
    "charges.models.queries": (
        *("dialects/text/test_tenants.py", "dialects/text/test_refunds.py"),
        *("dialects/text/test_lists.py", "dialects/text"),
    ),
    "charges.processor.card_entry": (
        *("subscriptions/lifecycle/test_entering_a_card.py", "dialects/text/test_cards.py"),
        *("checkout/test_adding_a_card.py", "testmode", "dialects/text/test_test_buyers.py"),
    ),
    "charges.processor.card_tries": (
        *("dialects/billy/test_card_testing.py", "dialects/unibill/test_card_testing.py"),
        "charges/processor",
    ),
    "charges.requests.parties": (
        *("charges/test_applications_in_test_mode.py", "dialects/text/test_test_buyers.py"),
        *("testmode/test_guards.py", "testmode", "dialects/text", "charges"),
    ),
    "checkout": (
        *("checkout/test_pages_for_the_billing_role.py", "checkout/test_forged_forms.py"),
        *("checkout/test_roles_by_door.py", "checkout", "billing_site/test_forms_of_others.py"),
    ),
    "checkout.preferences": (
        "checkout/test_languages.py",
        "billing_site/test_forms_of_others.py",
        "checkout",
    ),
    "checkout.listing": ("checkout/test_running_subscriptions.py", "checkout"),
    "checkout.members": ("checkout/test_members.py", "console/test_test_buyers.py", "checkout"),
    "checkout.sandbox": (
        *("checkout/test_sandbox_card_page.py", "checkout/test_confirming_a_payment.py", "checkout"),
    ),
    "checkout.sign_in_views": ("checkout/test_languages.py", "checkout/test_account_page.py", "checkout"),
    "checkout.receipts": ("checkout/test_payments_page.py", "checkout"),
    "checkout.own_account": ("checkout/test_devices.py", "checkout/test_connected_apps.py", "checkout"),
    "console.entry": ("console/test_signing_up.py", "console"),
    "console": ("console/test_roles_of_pages.py", "console/test_roles_and_modes.py", "console"),
    "customers": ("customers", "dialects/billy", "checkout/test_cards_page.py", "console"),
    "customers.merchants": ("backoffice/test_merchant_acts.py", "dialects/billy/test_keys.py", "customers"),
    "customers.payment_options": (
        *("checkout/test_cards_page.py", "dialects/text/test_cards.py", "customers/test_customer_options.py"),
        *("subscriptions/lifecycle/test_keeping_cards.py", "subscriptions/lifecycle"),
    ),
    "dialects": ("dialects/test_hooks.py", "dialects/test_mail_reports.py", "billing_site", "dialects"),
    "dialects.billy": (
        *("dialects/billy/test_tenants.py", "dialects/billy/test_registration.py"),
        *("billing_site/test_forms_of_others.py", "dialects/billy"),
    ),
    "dialects.text": ("dialects/text/test_tenants.py", "dialects/text/test_refunds.py", "dialects/text"),
    "dialects.unibill": (
        *("dialects/unibill/test_tenants.py", "billing_site/test_forms_of_others.py"),
        "dialects/unibill",
    ),
    "dialects.base": ("dialects/unibill/test_processor_limits.py", "dialects"),
    "events": ("dialects/text/test_event_feed.py", "webhooks", "events", "console"),
    "gateway": ("gateway", "dialects/test_hooks.py"),
    "invoicing": ("dialects/text/test_invoices.py", "checkout/test_invoices.py", "invoicing"),
    "payouts": ("payouts/test_four_eyes.py", "payouts", "backoffice/test_payouts.py", "checkout"),
    "subscriptions": (
        "checkout/test_roles_by_door.py",
        "subscriptions/lifecycle",
        "dialects/text",
        "checkout",
    ),
    "subscriptions.models.queries": (
        "dialects/text/test_tenants.py",
        "dialects/text/test_recurrent_lists.py",
    ),
    "subscriptions.lifecycle.consent": (
        *("subscriptions/lifecycle/test_acceptances_end.py", "checkout/test_roles_by_door.py"),
        *("checkout/test_deciding_subscriptions.py", "subscriptions/lifecycle"),
    ),
    "subscriptions.lifecycle.card_changes": (
        *("subscriptions/lifecycle/test_keeping_cards.py", "dialects/text/test_cards.py"),
        "subscriptions/lifecycle/test_entering_a_card.py",
        *("checkout/test_roles_by_door.py", "checkout/test_cards_page.py", "checkout/test_adding_a_card.py"),
    ),
    "testmode": ("dialects/text/test_test_buyers.py", "console/test_test_buyers.py", "testmode"),
    "webhooks": ("webhooks", "dialects/text/test_webhook_endpoints.py", "console/test_webhook_endpoints.py"),
}


# Whose order above is better than that by words.
EXACT = {name for name in ALSO if name.count(".") and not name.startswith("dialects")}


def choose_tests(module: str, kind: str) -> tuple[str, ...]:
    """Return test files in the order in which they run: a word of the module's name in theirs comes first.

    The role of a page is asked for by the test of all pages, which stands first in its package.
    """
    package = max((name for name in ALSO if module.startswith(name)), key=len, default=module.split(".")[0])
    found = [path for place in ALSO.get(package, (package,)) for path in _list_files(place)]
    files = list(dict.fromkeys(f"tests/{path}" for path in found))
    wanted = _words(module.rsplit(".", 1)[-1])
    is_exact = kind == "role" or package in EXACT
    return tuple(files if is_exact else sorted(files, key=lambda name: not wanted & _words(Path(name).stem)))


@cache
def read_killers() -> dict[str, str]:
    """Return the test that noticed each mutant when last they were recorded."""
    recorded: dict[str, str] = json.loads(KILLERS.read_text()) if KILLERS.exists() else {}
    return recorded


@cache
def _list_files(place: str) -> tuple[str, ...]:
    root = TESTS / place
    files = [root] if root.suffix else sorted(root.glob("**/test_*.py"))
    names = [f"/{path.relative_to(TESTS)}" for path in files]
    return tuple(name[1:] for name in names if not UNFIT.search(name))


def _words(name: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") for word in name.split("_")) - {"test", "page", "list", "act", "rule"}
