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
    changed = pgtrigger.AnyChange(name)
    guard = pgtrigger.FSM(name="legal_transitions", field=name, transitions=moves, condition=changed)
    return pgtrigger.register(guard)(model)
