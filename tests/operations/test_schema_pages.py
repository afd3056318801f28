"""Every guard of the database, and every table, is on the page made from the models."""

from functools import cache

import pgtrigger
import pytest

from operations.schema_pages.diagrams import draw_models
from operations.schema_pages.packages import list_packages
from operations.schema_pages.triggers import describe_triggers

MODELS = [model for package in list_packages().values() for model in package]
TABLES = [model for model in MODELS if not model._meta.proxy]


# The pages are the same for every model.
describe, draw = cache(describe_triggers), cache(draw_models)


def read_section(page: str, title: str) -> str:
    """Return what is below a heading up to the next one."""
    return page.partition(f"{title}\n")[2].partition("\n#")[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_trigger_and_constraint_is_below_its_table(model):
    section = read_section(describe(), f"### `{model._meta.db_table}`")
    triggers = {trigger.name for owner, trigger in pgtrigger.registered() if owner is model}
    constraints = {constraint.name for constraint in model._meta.constraints}
    assert {name for name in triggers | constraints if f"| `{name}` |" not in section} == set()


def test_a_guard_is_described_by_what_it_refuses():
    page = describe()
    assert (
        "| trigger | `refunds_stay_within_the_charge` | INSERT where `NEW.refund_of_id IS NOT NULL`: " in page
    )
    assert "| check | `plan_in_range` | a row without `amount_minor BETWEEN 1 AND 99999999 AND" in page
    assert "the same `organization` where `is_default`." in page
    assert "| trigger | `terms_never_change` | UPDATE of every column but `balance_minor`. |" in page


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_table_is_drawn_in_its_package(model):
    section = read_section(draw(), f"## {model._meta.app_label}")
    assert f"    {model.__name__} {{\n" in section


def test_keys_and_moves_are_drawn():
    page = draw()
    assert "    Charge ||--o{ Attempt : charge\n" in page
    assert "    Charge |o--o{ Charge : refund_of\n" in page
    assert "    Merchant }o--o{ ServiceUser : merchants\n" in page
    assert "    processed --> success : succeed\n" in page
