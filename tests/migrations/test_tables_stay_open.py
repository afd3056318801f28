"""No migration keeps a table closed while an index of its rows is made.

Migrations of before this rule, which released installations have behind them, are named.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddConstraint, AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import UniqueConstraint

OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)
OF_BEFORE = {
    ("charges", "0003_pay_for_periods"),
    ("charges", "0004_give_up_and_narrow_indexes"),
    ("charges", "0005_kinds_and_customers"),
    ("charges", "0006_entered_on_accounts"),
    ("charges", "0009_disbursements"),
    ("charges", "0012_payments_that_the_payer_confirms"),
    ("charges", "0015_acceptances_end"),
    ("charges", "0020_collected_of_a_seller"),
    ("customers", "0007_customers_and_payment_options"),
    ("customers", "0011_card_entry"),
    ("events", "0003_events_of_note"),
    ("events", "0005_payments_by_applications"),
    ("ledger", "0005_causes_of_customer_transactions"),
    ("ledger", "0007_months"),
    ("subscriptions", "0002_staff_permissions"),
    ("subscriptions", "0003_kinds_and_customers"),
    ("subscriptions", "0005_agreements"),
    ("subscriptions", "0010_acceptances_end"),
    ("subscriptions", "0013_trials_by_their_end"),
}
# Tables that stay so small that an index is made at once.
SMALL = {("bookkeeping", "0006_comparisons")}


@pytest.fixture(scope="module")
def migrations() -> dict[tuple[str, str], Migration]:
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {key: migration for key, migration in disk.items() if key[0] in OURS}


def closing(migration: Migration) -> Iterator[str]:
    """Yield the indexes that a migration makes of tables that may have rows, while they are closed."""
    new = {each.name_lower for each in migration.operations if isinstance(each, CreateModel)}
    for each in migration.operations:
        is_unique = isinstance(each, AddConstraint) and isinstance(each.constraint, UniqueConstraint)
        makes_index = isinstance(each, AddIndex) and not isinstance(each, AddIndexConcurrently)
        if (is_unique or makes_index) and each.model_name_lower not in new:
            yield each.describe()


def test_indexes_are_made_while_tables_are_open(migrations):
    found = {key: list(closing(migration)) for key, migration in migrations.items()}
    assert {key: said for key, said in found.items() if said and key not in OF_BEFORE | SMALL} == {}
    assert {key for key in OF_BEFORE if not found[key]} == set(), "these need no exception any more"


def test_what_is_made_concurrently_is_alone_in_its_migration(migrations):
    """It is in no transaction, so whatever stands beside it would be there alone after a failure."""
    for key, migration in migrations.items():
        if any(isinstance(each, CONCURRENT) for each in migration.operations):
            assert not migration.atomic, key
            assert not [each for each in migration.operations if isinstance(each, CreateModel)], key
