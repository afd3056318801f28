"""Our migrations, in the order in which they are applied, and what each field was before."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.migrations import (
    AddField,
    AlterField,
    CreateModel,
    Migration,
    RenameField,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import Field

OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
Key = tuple[str, str]


class Step(NamedTuple):
    """An operation, what its field was before it, and whether its table is new in this migration."""

    operation: Operation
    before: Field | None
    is_of_new_table: bool


def read_migrations() -> dict[Key, Migration]:
    """Return our migrations by application and name."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {key: disk[key] for key in sorted(disk) if key[0] in OURS}


def read_steps(migrations: dict[Key, Migration]) -> Iterator[tuple[Key, Step]]:
    """Yield what each migration does to the database."""
    fields: dict[tuple[str, str, str], Field] = {}
    for key, migration in migrations.items():
        new: set[str] = set()
        for operation in flatten(migration.operations):
            yield key, _describe(key[0], operation, fields, new)


def flatten(operations: list[Operation]) -> Iterator[Operation]:
    """Yield the operations on the database, those inside of others too."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flatten(operation.database_operations)
        else:
            yield operation


def _describe(app: str, operation: Operation, fields: dict, new: set[str]) -> Step:
    if isinstance(operation, CreateModel):
        new.add(operation.name_lower)
        fields |= {(app, operation.name_lower, name): field for name, field in operation.fields}
    table = getattr(operation, "model_name_lower", getattr(operation, "name_lower", ""))
    before = None
    if isinstance(operation, AddField | AlterField):
        place = (app, table, operation.name)
        before, fields[place] = fields.get(place), operation.field
    if isinstance(operation, RenameField):
        fields[app, table, operation.new_name] = fields.get((app, table, operation.old_name))
    return Step(operation, before, table in new)
