"""Look-ups of one row whose SQL Django writes once for a process, not for each request."""

from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet

from core.bulk import open_cursor

Found = TypeVar("Found", bound=Model)


class Parameter(Expression):
    """Stands in a queryset for a value that each look-up names."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Leave the place to the driver."""
        return "%s", [self]


class CompiledLookup(Generic[Found]):
    """A queryset of whole rows with parameters, as SQL that the server prepares, too."""

    def __init__(self, rows: QuerySet[Found]) -> None:
        self._model: Any = rows.model
        self._compiler = rows.query.get_compiler(connection=connection)
        self._sql, self._parameters = self._compiler.as_sql()
        columns = [column for column, _, _ in self._compiler.select]
        self._names = [column.target.attname for column in columns]
        self._converters = self._compiler.get_converters(columns)

    def get(self, **values: Any) -> Found:
        """Return the row for these values of the parameters. Raises the model's DoesNotExist."""
        given = [values[each.name] if isinstance(each, Parameter) else each for each in self._parameters]
        with open_cursor() as cursor:
            cursor.execute(self._sql, given)
            rows = cursor.fetchmany(1)
        if not rows:
            raise self._model.DoesNotExist
        [row] = self._compiler.apply_converters(rows, self._converters) if self._converters else rows
        found: Found = self._model.from_db(cursor.db.alias, self._names, row)
        return found
