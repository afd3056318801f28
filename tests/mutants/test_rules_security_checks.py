"""The security checks are found in the code by themselves, and each can be taken out of it."""

import ast
from collections import Counter

import pytest

from mutants import security_words as words
from mutants.mutant import mutate
from mutants.security import find_checks, list_checks
from mutants.security_excused import EXCUSED, find_excuse
from mutants.security_tests import TESTS, read_killers
from tests.architecture.sources import read_modules

KINDS = {
    *("refusal", "guard", "permission", "button", "role", "CSRF", "tenant", "second factor"),
    *("comparison", "address", "middleware", "limit"),
}


def test_there_are_many_of_each_kind():
    kinds = Counter(check.kind for check in list_checks().values())
    assert kinds.keys() == KINDS
    assert kinds.total() >= 400
    assert all(kinds[kind] >= 40 for kind in ("refusal", "guard", "permission", "role", "tenant"))


def test_each_can_be_taken_out_and_no_line_moves():
    for check in list_checks().values():
        mutant = check.mutant
        changed = mutate(mutant, mutant.right)
        ast.parse(changed)
        assert changed != mutant.right
        assert changed.count("\n") == mutant.right.count("\n")
        assert mutant.tests, mutant.name


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(a):\n    if a.owner != 1:\n        raise NotAuthorized\n", "refusal"),
        ("def f(a):\n    if not a:\n        return refuse_foreign_form(a)\n", "refusal"),
        ("def f(a):\n    require_owner(a)\n", "guard"),
        ("def has_refund_permission(self, request):\n    return request.user.is_superuser\n", "permission"),
        ("def f(user):\n    return user.has_perm('x')\n", "permission"),
        ("@for_billing_role\ndef f(request, account): ...\n", "role"),
        ("@for_console(Role.OWNER)\ndef f(request, member): ...\n", "role"),
        ("@csrf_exempt\ndef f(request): ...\n", "CSRF"),
        ("def f(account):\n    return Charge.objects.filter(buyer_id=account.organization_id)\n", "tenant"),
        ("ACT = Act(needs_factor=True)\n", "second factor"),
        ("def f(a, b):\n    return hmac.compare_digest(a, b)\n", "comparison"),
        ("def f(url):\n    return url_has_allowed_host_and_scheme(url, None)\n", "address"),
        ("MIDDLEWARE = ['billing_site.page_middleware.PagePolicies']\n", "middleware"),
        ("def get_throttles(self):\n    return [Limit()]\n", "limit"),
    ],
)
def test_a_new_check_is_found_by_itself(source, kind):
    (check,) = find_checks("checkout.new_page", source)
    assert check.kind == kind


def test_what_only_asks_for_a_row_that_is_not_there_is_no_check():
    assert (
        find_checks("checkout.new_page", "def f(a):\n    if a is None:\n        raise NotAuthorized\n") == []
    )


def test_what_lets_everybody_in_is_no_check():
    source = "def has_view_permission(self, request):\n    return True\n"
    assert find_checks("backoffice.admin.new_page", source) == []


def test_each_refusal_is_counted_among_the_checks_or_not():
    raised = {name for module in read_modules() for name in list_raised(module.tree)}
    assert sorted(raised - words.REFUSALS - words.OTHER_REFUSALS) == []
    assert set() == words.REFUSALS & words.OTHER_REFUSALS


def list_raised(tree):
    """The classes that are raised as the last thing under a condition."""
    for node in ast.walk(tree):
        last = node.body[-1] if isinstance(node, ast.If) else None
        if isinstance(last, ast.Raise) and last.exc is not None:
            raised = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
            if isinstance(raised, ast.Name) and raised.id[0].isupper():
                yield raised.id


def test_what_is_left_out_is_there_and_what_noticed_a_check_exists():
    assert all(any(find_excuse(name) == reason for name in list_checks()) for reason in EXCUSED.values())
    missing = {
        killer
        for name, killer in read_killers().items()
        if name in list_checks() and not (TESTS.parent / killer.partition("::")[0]).exists()
    }
    assert missing == set()
