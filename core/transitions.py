"""State machines declared once in Python and enforced a second time by the database."""

from typing import TypeVar

import pgtrigger
from django.db import models
from django_fsm import FSMField

Model = TypeVar("Model", bound=models.Model)


def guard_transitions(model: type[Model], *, name: str = "status") -> type[Model]:
    """Refuse, by a trigger, every change of the state `name` that no transition of the model declares."""
    field: FSMField = model._meta.get_field(name)  # type: ignore[assignment]
    moves = sorted({(str(move.source), str(move.target)) for move in field.get_all_transitions(model)})
    return pgtrigger.register(pgtrigger.FSM(name="legal_transitions", field=name, transitions=moves))(model)
