"""Draw the tables and the states of their rows as Mermaid diagrams, as a page in Markdown."""

from collections.abc import Iterator, Sequence

from django.db import connection, models
from django_fsm import FSMField

from operations.schema_pages.packages import list_packages

HEAD = """\
# Tables and states

This page is made from the models by `manage.py draw_models`. A table is drawn with its keys,
unique columns, kinds, states and amounts; a table of another package is a box without columns.
Each line is a foreign key with the name of its field. What the database refuses beyond foreign
keys is in [triggers.md](triggers.md).
"""


def draw_models() -> str:
    """Return the page."""
    sections = [HEAD]
    for label, models_of in list_packages().items():
        package = [model for model in models_of if not model._meta.proxy]
        sections += [f"## {label}\n", _draw_tables(package), *_draw_states(package)]
    return "\n".join(sections)


def _draw_tables(package: Sequence[type[models.Model]]) -> str:
    tables = [line for model in package for line in _draw_table(model)]
    keys = [line for model in package for line in _draw_keys(model)]
    return _fence(["erDiagram", *tables, *keys])


def _draw_table(model: type[models.Model]) -> Iterator[str]:
    yield f"    {model.__name__} {{"
    for field in model._meta.local_concrete_fields:
        if _is_telling(field):
            yield f"        {_name_type(field)} {field.column} {_name_key(field)}".rstrip()
    yield "    }"


def _is_telling(field: models.Field) -> bool:
    """Say whether a column is a key, or says what a row is, where it stands, or how much it is about."""
    is_amount = field.name.endswith("_minor")
    return field.primary_key or field.unique or field.is_relation or bool(field.choices) or is_amount


def _name_type(field: models.Field) -> str:
    """Return the column's type in PostgreSQL without its length."""
    return str(field.db_type(connection)).partition("(")[0].replace(" ", "_")


def _name_key(field: models.Field) -> str:
    keys = {"PK": field.primary_key, "FK": field.is_relation, "UK": field.unique and not field.primary_key}
    return ", ".join(key for key, applies in keys.items() if applies)


def _draw_keys(model: type[models.Model]) -> Iterator[str]:
    for field in (*model._meta.local_concrete_fields, *model._meta.local_many_to_many):
        if field.related_model is not None:
            there, here = field.related_model.__name__, model.__name__
            yield f"    {there} {_name_ends(field)} {here} : {field.name}"


def _name_ends(field: models.Field) -> str:
    """Return how many rows are at both ends: of what is referred to, and of what refers."""
    if field.many_to_many:
        return "}o--o{"
    return ("|o" if field.null else "||") + "--" + ("o|" if field.unique else "o{")


def _draw_states(package: Sequence[type[models.Model]]) -> Iterator[str]:
    for model in package:
        for field in model._meta.local_concrete_fields:
            if isinstance(field, FSMField):
                yield f"### States of {model._meta.verbose_name}s\n"
                yield _fence(["stateDiagram-v2", f"    [*] --> {field.default}", *_draw_moves(model, field)])


def _draw_moves(model: type[models.Model], field: FSMField) -> list[str]:
    moves = field.get_all_transitions(model)
    return sorted(f"    {move.source} --> {move.target} : {move.name}" for move in moves)


def _fence(lines: Sequence[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```", ""])
