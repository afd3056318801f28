"""What is made while a table stays open is in no transaction, so nothing stands beside it."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import CreateModel

from tests.migrations.reading import read_migrations

CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)


def test_what_is_made_concurrently_is_alone_in_its_migration():
    """Whatever stood beside it would be there alone after a failure."""
    for key, migration in read_migrations().items():
        if any(isinstance(each, CONCURRENT) for each in migration.operations):
            assert not migration.atomic, key
            assert not [each for each in migration.operations if isinstance(each, CreateModel)], key
