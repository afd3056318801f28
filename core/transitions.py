"""State machines declared once in Python and enforced a second time by the database."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import pgtrigger
from django.db import models
from django_fsm import FSMField, TransitionNotAllowed

Model = TypeVar("Model", bound=models.Model)
Move = Callable[..., None]


@cache
def sources_of(move: Move) -> frozenset[str]:
    """Return the states from which a transition method may start."""
    return frozenset(str(source) for source in move._django_fsm.transitions)  # type: ignore[attr-defined]


@cache
def target_of(move: Move) -> str:
    """Return the state that a transition method leads to."""
    [target] = {str(way.target) for way in move._django_fsm.transitions.values()}  # type: ignore[attr-defined]
    return target


def take_transition(state: str, move: Move) -> str:
    """Return the state that a transition leads to from `state`, for rows that are no model instances.

    Raises TransitionNotAllowed where the transition is not declared.
    """
    if state not in sources_of(move):
        raise TransitionNotAllowed(f"Can't switch from state {state!r} using {move.__name__!r}")
    return target_of(move)


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
