"""Look-ups and inserts of one row whose SQL is written once for a process, not for each request."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet

from core.bulk import open_cursor, write_array, write_value_list

Found = TypeVar("Found", bound=Model)


class Parameter(Expression):
    """Stands in a queryset for a value that each look-up names."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Leave the place to the driver."""
        return "%s", [self]


class _OneRow(Generic[Found]):
    """Builds an instance of the row that a statement returns."""

    def __init__(self, rows: QuerySet[Found]) -> None:
        self._model: Any = rows.model
        self._compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.parameters = self._compiler.as_sql()
        columns = [column for column, _, _ in self._compiler.select]
        self._names = [column.target.attname for column in columns]
        self._converters = self._compiler.get_converters(columns)

    def run(self, sql: str, given: Any) -> Found:
        """Return the row of a statement. Raises the model's DoesNotExist."""
        with open_cursor() as cursor:
            cursor.execute(sql, given)
            rows = cursor.fetchmany(1)
        if not rows:
            raise self._model.DoesNotExist
        [row] = self._compiler.apply_converters(rows, self._converters) if self._converters else rows
        found: Found = self._model.from_db(cursor.db.alias, self._names, row)
        return found


class CompiledLookup(_OneRow[Found]):
    """A queryset of whole rows with parameters, as SQL that the server prepares, too."""

    def get(self, **values: Any) -> Found:
        """Return the row for these values of the parameters. Raises the model's DoesNotExist."""
        given = [values[each.name] if isinstance(each, Parameter) else each for each in self.parameters]
        return self.run(self.sql, given)


class CompiledInsert(_OneRow[Found]):
    """An insert of one row, named `o`, which may do something with it in the same statement."""

    def __init__(self, rows: QuerySet[Found], fields: Sequence[str], *, then: str) -> None:
        super().__init__(rows)
        into, values = write_value_list(rows.model, tuple(fields))
        table = rows.model._meta.db_table
        read = ", ".join(f'o."{name}"' for name in self._names)
        insert = f"INSERT INTO {table} ({into}) VALUES ({values}) RETURNING *"
        self.sql = f"WITH o AS ({insert}), done AS ({then}) SELECT {read} FROM o"

    def insert(self, values: Mapping[str, Any]) -> Found:
        """Insert the row of these fields and return it as the database has it; others are parameters."""
        return self.run(self.sql, {name: _write_plain(value) for name, value in values.items()})


def _write_plain(value: Any) -> Any:
    """Return numbers and lists as text: the driver has a statement prepared for each width of integers."""
    if type(value) is int:
        return str(value)
    return write_array(value) if isinstance(value, list) else value
