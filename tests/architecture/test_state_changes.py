"""States change by declared transitions, through one writer for each kind of object."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django_fsm import FSMField

from approvals.models import Approval
from charges.models import Attempt, Charge, Dispute
from payouts.models import Payout
from subscriptions.models import Subscription
from tests.architecture.sources import ROOT, Module, find_calls, list_nodes, read_modules

pytestmark = pytest.mark.rules

WRITERS = {"charges/history.py", "subscriptions/history.py"}
# They set when something is due and nothing else.
SCHEDULERS = {"subscriptions/renewal/claim.py", "subscriptions/renewal/invoices.py"}
MODELS = {
    "Charge": "status",
    "Attempt": "state",
    "Subscription": "status",
    "Dispute": "status",
    "Approval": "status",
    "Payout": "status",
}
TABLES = "|".join(
    (
        "charges_charge",
        "charges_attempt",
        "charges_dispute",
        "approvals_approval",
        "payouts_payout",
        "subscriptions_subscription",
    )
)


def read_code() -> list[Module]:
    """Return every module in production but the models, which declare the transitions."""
    return [module for module in read_modules() if "/models/" not in module.name]


def find_calls_of(function: str) -> Iterator[tuple[str, ast.Call]]:
    """Return each call of a function or method of this name, with the module that it is in."""
    return (
        (module.name, call)
        for module in read_code()
        for name, call in find_calls(module.tree)
        if name == function
    )


def list_transitions() -> list[tuple[str, str]]:
    """Model and name of each declared transition."""
    found = []
    for model in (Charge, Attempt, Subscription, Dispute, Approval, Payout):
        field: FSMField = model._meta.get_field(MODELS[model.__name__])
        found += sorted({(model.__name__, move.name) for move in field.get_all_transitions(model)})
    return found


@cache
def list_attributes() -> set[tuple[str, str]]:
    """Every attribute of a plain name that the code mentions, in small letters: (name, attribute)."""
    nodes = [node for module in read_code() for node in list_nodes(module.tree)]
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    return {(node.value.id.lower(), node.attr) for node in attributes if isinstance(node.value, ast.Name)}


@pytest.mark.parametrize(("model", "transition"), list_transitions())
def test_every_declared_transition_is_named_by_the_code_that_makes_it(model, transition):
    assert (model.lower(), transition) in list_attributes()


def test_no_state_is_assigned():
    guilty = [
        (module.name, ast.unparse(node))
        for module in read_code()
        for node in list_nodes(module.tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr in ("status", "state")
        # A refusal and a response have a status of their own.
        and not (isinstance(target.value, ast.Name) and target.value.id in ("self", "response"))
    ]
    assert guilty == []


def test_no_query_sets_a_state():
    guilty = [
        (name, ast.unparse(node))
        for method in ("update", "bulk_update", "setattr", "update_or_create")
        for name, node in find_calls_of(method)
        for word in node.keywords
        if word.arg in ("status", "state")
    ]
    assert guilty == []


def test_no_sql_sets_a_state():
    sets_state = re.compile(rf"UPDATE\s+({TABLES})\b[^;]*?\bSET\b[^;]*?\b(status|state)\s*=", re.IGNORECASE)
    assert [module.name for module in read_code() if sets_state.search(module.text)] == []


def test_only_the_writers_write_rows_of_these_models_in_bulk():
    found = {
        (name, ast.unparse(node.args[0]))
        for name, node in find_calls_of("update_rows")
        if ast.unparse(node.args[0]) in MODELS
    }
    assert {name for name, _ in found} - SCHEDULERS == WRITERS
    for scheduler in SCHEDULERS:
        text = (ROOT / scheduler).read_text()
        assert not re.search(r"^    (status|state): ", text, re.MULTILINE), scheduler
