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
    "access.oauth.bearer_tokens": (
        *("dialects/text/test_tenants.py", "dialects/text/test_refunds.py", "dialects/text/test_payouts.py"),
        *("dialects/text/test_invoices.py", "dialects/text/test_cards.py", "access/oauth/test_scopes.py"),
        *("access/oauth/test_billing_admin.py", "checkout/test_roles_by_door.py", "dialects/text"),
    ),
    "access.oauth": ("access/oauth", "dialects/text", "checkout/test_connected_apps.py"),
    "access.second_factors": ("access/test_second_factors.py", "backoffice/test_second_factor.py"),
    "access.staff": ("backoffice/test_staff_administration.py", "backoffice/test_staff_duties.py"),
    "access": (
        "access",
        "console",
        "checkout/test_members.py",
        "checkout",
        "dialects/unibill",
        "dialects/billy",
    ),
    "approvals": ("approvals", "payouts/test_four_eyes.py", "backoffice/test_refunds.py"),
    "backoffice": ("backoffice/test_roles.py", "backoffice/test_second_factor.py", "backoffice"),
    "billing_site.oauth": ("access/oauth", "billing_site"),
    "billing_site": ("billing_site", "checkout/test_headers.py", "access/oauth"),
    "charges": ("charges", "checkout/test_who_may_decide.py", "dialects/text/test_tenants.py", "checkout"),
    "checkout": (
        *("checkout/test_pages_for_the_billing_role.py", "checkout/test_forged_forms.py"),
        *("checkout/test_roles_by_door.py", "checkout"),
    ),
    "console": ("console/test_roles_of_pages.py", "console/test_roles_and_modes.py", "console"),
    "customers": ("customers", "dialects/billy", "checkout/test_cards_page.py", "console"),
    "dialects.text": ("dialects/text/test_tenants.py", "dialects/text"),
    "dialects.billy": ("dialects/billy/test_tenants.py", "dialects/billy"),
    "dialects.unibill": ("dialects/unibill",),
    "dialects": ("dialects/test_hooks.py", "dialects/test_mail_reports.py", "dialects"),
    "events": ("dialects/text/test_event_feed.py", "webhooks", "events", "console"),
    "gateway": ("gateway", "dialects/test_hooks.py"),
    "invoicing": ("dialects/text/test_invoices.py", "checkout/test_invoices.py", "invoicing"),
    "payouts": ("payouts", "backoffice/test_payouts.py", "checkout/test_payouts_page.py"),
    "subscriptions": (
        "checkout/test_roles_by_door.py",
        "subscriptions/lifecycle",
        "dialects/text",
        "checkout",
    ),
    "testmode": ("dialects/text/test_test_buyers.py", "console/test_test_buyers.py", "testmode"),
    "webhooks": ("webhooks", "dialects/text/test_webhook_endpoints.py", "console/test_webhook_endpoints.py"),
}


def choose_tests(module: str, kind: str) -> tuple[str, ...]:
    """Return test files in the order in which they run: a word of the module's name in theirs comes first.

    The role of a page is asked for by the test of all pages, which stands first in its package.
    """
    package = max((name for name in ALSO if module.startswith(name)), key=len, default=module.split(".")[0])
    found = [path for place in ALSO.get(package, (package,)) for path in _list_files(place)]
    files = list(dict.fromkeys(f"tests/{path}" for path in found))
    wanted = _words(module.rsplit(".", 1)[-1])
    if kind == "role":
        return tuple(files)
    return tuple(sorted(files, key=lambda name: not wanted & _words(Path(name).stem)))


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
