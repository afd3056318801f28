"""Dangerous tools are not used, SQL is put together of constants, and doors look rows up in a tenant."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, read_modules

pytestmark = pytest.mark.rules

FORBIDDEN = re.compile(
    r"^(eval|exec|compile|os\.system|os\.popen|pickle\..+|marshal\..+|shelve\..+|yaml\.(load|unsafe_load)"
    r"|random\.(random|choice|choices|randint|randrange|sample|getrandbits)|hashlib\.sha1|.*\.from_string"
    r"|tempfile\.mktemp|xml\.etree\.ElementTree\.(parse|fromstring|XML))$"
)
# The PDF format asks for an MD5 of an attached file, and authenticator apps know HMAC-SHA-1 only.
OLD_HASHES = {"invoicing/files/hybrid.py": "hashlib.md5", "access/second_factors/codes.py": "SHA1"}

SQL = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT INTO|UPDATE\b.+\bSET|DELETE FROM|ALTER|CREATE|DROP)\b", re.DOTALL
)
CONSTANT = re.compile(r"^_?[A-Z]\w*$")  # A constant, a class of rows or an enumeration.
WRITES_SQL = re.compile(r"^(list_columns|_?write_\w+)$")
# Functions that write SQL of what other code of ours names: no text from outside gets there.
COMPOSERS = {
    "approvals/guards.py": {"act", "subject", "agrees", "unless"},
    "backoffice/timeline/parts.py": {"of", "order", "table"},
    "charges/processor/card_testing.py": {"values"},
    "core/bulk.py": {"into", "changes", "values", "model"},
    "core/compiled.py": {"table", "into", "values", "then", "insert", "read"},
    "core/migration_operations.py": {"table", "column", "before", "after"},
    "gateway/sandbox_store.py": {"condition"},
    "ledger/balances.py": {"account"},
    "ledger/day_trees/leaves.py": {"where"},
    "ledger/entry_sums.py": {"account"},
    "operations/invariants/base.py": {"self"},
    "operations/invariants/card_numbers.py": {"table", "suspects", "texts"},
    "operations/invariants/states.py": {"first_status", "history", "parent", "table"},
    "operations/verification.py": {"is_any_broken", "joined", "sql"},
    "operations/watching.py": {"invariant"},
}

# Found through the token, or through what the seller sold to it, before.
KNOWN_TO_BE_OWN = {
    ("console/customer_list.py", "Organization.objects.get(public_id=public_id)"),
    ("dialects/text/payout_views.py", "Account.objects.get(pk=caller.account_id)"),
    ("dialects/text/refund_views.py", "Account.objects.get(pk=caller.account_id)"),
    ("dialects/unibill/processing.py", "Charge.objects.get(pk=charge_id)"),
}
DOORS = ("checkout", "console", "dialects")
SCRIPT = re.compile(
    r"\beval\(|new Function|innerHTML|outerHTML|document\.write|insertAdjacentHTML|localStorage"
    r"|sessionStorage|indexedDB|postMessage|__proto__"
)


def list_calls(tree: ast.AST):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.slow
def test_nothing_runs_text_reads_pickles_or_guesses():
    found = {
        (module.name, ast.unparse(call.func)) for module in read_modules() for call in list_calls(module.tree)
    }
    assert {(name, said) for name, said in found if FORBIDDEN.match(said)} == set()
    assert {(name, said) for name, said in found if re.search(r"\b(md5|SHA1)$", said)} == set(
        OLD_HASHES.items()
    )


@pytest.mark.slow
def test_no_program_is_started_by_a_shell():
    calls = [call for module in read_modules() for call in list_calls(module.tree)]
    assert len(calls) > 10_000
    assert [ast.unparse(call) for call in calls if any(word.arg == "shell" for word in call.keywords)] == []


def list_pieces(tree: ast.AST):
    """The expressions that are put into text that reads like SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and SQL.search(ast.unparse(node)):
            yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))


def list_strange_names(piece: ast.expr) -> set[str]:
    inner = {
        name.id for node in ast.walk(piece) if isinstance(node, ast.comprehension) for name in [node.target]
    }
    names = {node.id for node in ast.walk(piece) if isinstance(node, ast.Name)} - inner
    return {name for name in names if not CONSTANT.match(name) and not WRITES_SQL.match(name)}


@pytest.mark.slow
def test_sql_is_put_together_of_constants():
    pieces = [(module.name, piece) for module in read_modules() for piece in list_pieces(module.tree)]
    assert len(pieces) > 50
    strange = [
        (name, ast.unparse(piece), sorted(names))
        for name, piece in pieces
        if (names := list_strange_names(piece) - COMPOSERS.get(name, set()))
    ]
    assert strange == []


def test_text_put_into_sql_would_be_found():
    tree = ast.parse("def find(name):\n    return f\"SELECT * FROM people WHERE name = '{name}'\"")
    (piece,) = list_pieces(tree)
    assert list_strange_names(piece) == {"name"}


def test_no_pattern_is_built_of_what_is_sent():
    for module in read_modules(*DOORS):
        for call in list_calls(module.tree):
            if re.match(r"re\.(?!escape)", ast.unparse(call.func)):
                names = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
                strange = {name for name in names if not CONSTANT.match(name)} - {"paths", "re"}
                assert strange <= {"self"}, module.name  # The pattern of a field, which its class names.


def test_doors_get_no_row_by_an_identifier_alone():
    bare = re.compile(r"^\w+\.objects\.get\((pk|id|public_id|guid)=[^,]+\)$")
    calls = {
        (module.name, ast.unparse(call))
        for module in read_modules(*DOORS)
        for call in list_calls(module.tree)
    }
    assert {(name, said) for name, said in calls if bare.search(said)} == KNOWN_TO_BE_OWN


def test_our_scripts_write_no_markup_and_store_nothing():
    scripts = [path for path in ROOT.glob("*/static/**/*.js") if ".data" not in path.parts]
    assert scripts
    assert {path.name: found for path in scripts if (found := SCRIPT.findall(path.read_text()))} == {}
