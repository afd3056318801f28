"""A check constraint never lets a row through because a comparison with NULL is neither true nor false."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, F, Model, Q

from tests.architecture.sources import PACKAGES

pytestmark = pytest.mark.rules


def list_checks() -> list[tuple[type[Model], CheckConstraint]]:
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    checks = [(model, each) for model in models for each in model._meta.constraints]
    return [(model, each) for model, each in checks if isinstance(each, CheckConstraint)]


def list_leaves(condition: Q) -> Iterator[tuple[str, object]]:
    for child in condition.children:
        yield from list_leaves(child) if isinstance(child, Q) else [child]


def list_columns(condition: Q) -> set[str]:
    values = [value for _, value in list_leaves(condition) if isinstance(value, F)]
    return {key.split("__")[0] for key, _ in list_leaves(condition)} | {value.name for value in values}


def find_compared(condition: Q, present: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the columns that are compared where NULL is not excluded; Django excludes it under a NOT."""
    if condition.connector == Q.AND:
        leaves = [child for child in condition.children if not isinstance(child, Q)]
        present |= {key.removesuffix("__isnull") for key, value in leaves if key.endswith("__isnull")}
    for child in condition.children:
        if isinstance(child, Q):
            yield from () if child.negated else find_compared(child, present)
        elif not (child[0].endswith("__isnull") or child[1] is None):
            yield from list_columns(Q(child)) - present


def find_gaps(model: type[Model], condition: Q) -> set[str]:
    """Find columns whose NULL makes a condition unknown; a rule about a single column may mean just that."""
    if not isinstance(condition, Q):  # An expression, such as the length of a column.
        named = {each.name for each in condition.flatten() if isinstance(each, F)}
        return {name for name in named if model._meta.get_field(name).null and len(named) > 1}
    if len(list_columns(condition)) == 1:
        return set()
    return {name for name in find_compared(condition) if model._meta.get_field(name).null}


@pytest.mark.parametrize(
    ("model", "check"),
    [pytest.param(*each, id=f"{each[0].__name__} {each[1].name}") for each in list_checks()],
)
def test_a_check_compares_only_what_is_there(model, check):
    assert find_gaps(model, check.condition) == set()


@pytest.mark.parametrize(
    ("condition", "gaps"),
    [
        (Q(subscription__isnull=False, period__gte=0) | Q(subscription=None), {"period"}),
        (Q(subscription__isnull=False, period__isnull=False, period__gte=0) | Q(subscription=None), set()),
        (Q(period__isnull=False) & (Q(period__gte=0) | Q(test=True)), set()),
        (Q(period__isnull=False) | Q(period__gte=0, test=True), {"period"}),
        (Q(price_minor__gte=F("period")), {"period"}),
        (Q(period__gte=0), set()),
        (~Q(funding_source="") & Q(test=True), set()),
    ],
)
def test_gaps_are_found(condition, gaps):
    assert find_gaps(apps.get_model("charges.Charge"), condition) == gaps
