"""Operations for migrations of data."""

from django.db.migrations import RunSQL


def replace_stored_value(table: str, column: str, *, old: str, new: str) -> RunSQL:
    """Replace a value of a choice column; triggers that refuse changes of such rows are off meanwhile."""
    return RunSQL(_write_update(table, column, old, new), _write_update(table, column, new, old))


def _write_update(table: str, column: str, before: str, after: str) -> str:
    return (
        f"ALTER TABLE {table} DISABLE TRIGGER USER;"
        f"UPDATE {table} SET {column} = '{after}' WHERE {column} = '{before}';"
        f"ALTER TABLE {table} ENABLE TRIGGER USER;"
    )
