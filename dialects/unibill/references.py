"""References to objects: by our id, or by the caller's code."""

import re
from typing import TypeVar

from django.db.models import Model, QuerySet

from dialects.unibill.errors import AmbiguousCode, ObjectNotFound, UnknownReference

ID = re.compile(r"[0-9]{1,18}")
Row = TypeVar("Row", bound=Model)


def filter_by_reference(
    rows: QuerySet[Row], reference: str, *, id_field: str = "pk", code_field: str = "code"
) -> QuerySet[Row]:
    """Keep what a reference means: `*x` the code x, digits an id or else a code, anything else a code.

    The code of what was given none is its id.
    """
    code = reference.removeprefix("*")
    if not ID.fullmatch(code):
        return rows.filter(**{code_field: code})
    by_id = rows.filter(**{id_field: int(code)})
    if code == reference and by_id.exists():
        return by_id
    found = rows.filter(**{code_field: code})
    return found if found.exists() else by_id.exclude(**{f"{code_field}__gt": ""})


def get_by_reference(
    rows: QuerySet[Row], reference: str, *, id_field: str = "pk", code_field: str = "code"
) -> Row:
    """Return the one that is meant, of those that the caller sees. Raises ObjectNotFound, AmbiguousCode."""
    if ID.fullmatch(reference) and (row := rows.filter(**{id_field: int(reference)}).first()):
        return row
    found = filter_by_reference(rows, reference, id_field=id_field, code_field=code_field)[:2]
    if not found:
        raise ObjectNotFound
    if len(found) > 1:
        raise AmbiguousCode
    return found[0]


def find_referred(rows: QuerySet[Row], reference: str, *, field: str) -> Row:
    """Return what a field refers to. Raises UnknownReference, AmbiguousCode."""
    try:
        return get_by_reference(rows, reference)
    except ObjectNotFound:
        raise UnknownReference(field) from None
