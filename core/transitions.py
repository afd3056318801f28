"""State machines declared once in Python and enforced a second time by the database."""

from collections.abc import Callable
from typing import TypeVar

import pgtrigger
from django.db import models
from django_fsm import FSMField

Model = TypeVar("Model", bound=models.Model)


def sources_of(move: Callable[..., None]) -> frozenset[str]:
    """Return the states from which a transition method may start, for writes that move many rows at once."""
    return frozenset(str(source) for source in move._django_fsm.transitions)  # type: ignore[attr-defined]


def guard_transitions(model: type[Model], *, name: str = "status") -> type[Model]:
    """Refuse, by a trigger, every change of the state `name` that no transition of the model declares."""
    field: FSMField = model._meta.get_field(name)  # type: ignore[assignment]
    moves = sorted({(str(move.source), str(move.target)) for move in field.get_all_transitions(model)})
    return pgtrigger.register(_refuse_all_but(moves, str(field.column)))(model)


def _refuse_all_but(moves: list[tuple[str, str]], column: str) -> pgtrigger.Trigger:
    """Build the trigger; a legal change costs a comparison and calls no function."""
    legal = ", ".join(f"('{source}', '{target}')" for source, target in moves)
    change = f'OLD."{column}" IS DISTINCT FROM NEW."{column}"'
    return pgtrigger.Trigger(
        name="legal_transitions",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f'{change} AND (OLD."{column}", NEW."{column}") NOT IN ({legal})'),
        func=f"""
            RAISE EXCEPTION 'Invalid transition from % to % on table %',
                OLD."{column}", NEW."{column}", TG_TABLE_NAME;
        """,
    )
