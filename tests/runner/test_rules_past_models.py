"""`migrate` keeps a past model when only its indexes, constraints or triggers change."""

import pytest
from django.db import models
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    RemoveIndex,
)
from django.db.migrations.state import ProjectState
from pgtrigger import Protect, Update
from pgtrigger.migrations import AddTrigger

from runner.past_models import quick_past_models

ID = ("id", models.BigAutoField(primary_key=True))
CREATED = [
    CreateModel("Shop", [ID, ("name", models.TextField())]),
    CreateModel("Sale", [ID, ("shop", models.ForeignKey("past.Shop", models.CASCADE))]),
]
INDEX = models.Index(fields=["name"], name="by_name")
CHECK = models.CheckConstraint(condition=~models.Q(name=""), name="has_name")
TRIGGER = Protect(name="keep", operation=Update)


@pytest.fixture
def state():
    with quick_past_models():
        state = ProjectState()
        for operation in CREATED:
            operation.state_forwards("past", state)
        assert state.apps  # Makes the models.
        yield state


def get_shop(state) -> type[models.Model]:
    return state.apps.get_model("past", "Shop")


@pytest.mark.parametrize(
    ("operation", "option", "added"),
    [
        (AddIndex("shop", INDEX), "indexes", INDEX),
        (AddConstraint("shop", CHECK), "constraints", CHECK),
        (AddTrigger("shop", TRIGGER), "triggers", TRIGGER),
    ],
)
def test_an_option_that_no_other_model_knows_of_is_changed_in_place(state, operation, option, added):
    shop = get_shop(state)
    operation.state_forwards("past", state)
    assert get_shop(state) is shop
    assert getattr(shop._meta, option) == [added]


def test_what_is_removed_is_gone(state):
    for operation in (AddIndex("shop", INDEX), RemoveIndex("shop", "by_name")):
        operation.state_forwards("past", state)
    assert get_shop(state)._meta.indexes == []


@pytest.mark.parametrize(
    "operation",
    [
        AddField("shop", "town", models.TextField(default="")),
        AlterField("shop", "name", models.TextField(unique=True)),
        AlterModelOptions("shop", {"ordering": ["name"]}),
    ],
)
def test_any_other_change_makes_the_model_and_its_neighbours_anew(state, operation):
    AddIndex("shop", INDEX).state_forwards("past", state)
    shop = get_shop(state)
    operation.state_forwards("past", state)
    assert get_shop(state) is not shop
    assert get_shop(state)._meta.indexes == [INDEX]
    assert state.apps.get_model("past", "Sale")._meta.get_field("shop").related_model is get_shop(state)
