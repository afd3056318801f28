"""A migration gives way to whoever holds the tables that it changes, and is made when they are free."""

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.postgres.operations import ValidateConstraint
from django.db import OperationalError, connection, transaction
from django.db.migrations import AlterModelManagers, Migration, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from runner import migrations_give_way
from runner.migrations_give_way import GivingWay, list_tables

pytestmark = pytest.mark.django_db(transaction=True)

CHARGE, ATTEMPT = "LOCK TABLE charges_charge", "LOCK TABLE charges_attempt"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(migrations_give_way, "PAUSE", 0.05)
    yield
    MigrationRecorder.Migration.objects.filter(app="of_a_test").delete()


def connect():
    at = connection.get_connection_params()
    return psycopg.connect(host=at["host"], port=at["port"], user=at["user"], dbname=at["dbname"])


@contextmanager
def held(statement):
    """Hold a lock for a block, as a request does in its transaction."""
    with connect() as holder:
        holder.execute(statement)
        yield holder
        holder.rollback()


def apply(*statements, atomic=True):
    migration = Migration("0001_locks", "of_a_test")
    migration.operations, migration.atomic = [RunSQL(statement) for statement in statements], atomic
    GivingWay(connection).apply_migration(ProjectState(), migration)


def is_recorded():
    return MigrationRecorder.Migration.objects.filter(app="of_a_test").exists()


def test_it_is_made_when_the_table_is_free():
    with held(CHARGE) as holder:
        threading.Timer(0.9, holder.rollback).start()
        apply(CHARGE)
    assert is_recorded()


def test_others_do_not_wait_behind_it():
    with held("LOCK TABLE charges_charge IN ACCESS SHARE MODE") as holder, connect() as other:
        threading.Timer(1.5, holder.rollback).start()
        migrating = threading.Thread(target=run_apart, args=[CHARGE])
        migrating.start()
        time.sleep(0.2)  # By now it waits.
        began = time.monotonic()
        other.execute("SELECT count(*) FROM charges_charge")
        took = time.monotonic() - began
        other.rollback()
        migrating.join()
    assert took < 1.2
    assert is_recorded()


def run_apart(*statements):
    try:
        apply(*statements)
    finally:
        connection.close()


def test_who_would_wait_for_it_in_a_circle_is_not_ended():
    with held(CHARGE) as request:
        migrating = threading.Thread(target=run_apart, args=[ATTEMPT, CHARGE])
        migrating.start()
        time.sleep(0.2)
        request.execute(ATTEMPT)
        request.commit()
        migrating.join()
    assert is_recorded()


def test_it_is_undone_and_says_so_when_the_table_is_never_free(monkeypatch):
    monkeypatch.setattr(migrations_give_way, "TRIES", 2)
    with held(CHARGE), pytest.raises(OperationalError, match="lock timeout"):
        apply(CHARGE)
    assert not is_recorded()


def test_another_failure_is_not_tried_again(monkeypatch):
    monkeypatch.setattr(migrations_give_way, "PAUSE", 1_000)
    with pytest.raises(Exception, match="division by zero"):
        apply("SELECT 1 / 0")


def test_all_tables_of_a_migration_are_taken_at_once_with_those_that_it_refers_to():
    migrations = MigrationLoader(None).disk_migrations
    state = ProjectState()
    for name in ("charge", "attempt", "dispute"):
        state.add_model(ModelState("charges", name, []))
    tables = list_tables(state, migrations["charges", "0028_money_that_comes_back"])
    assert tables == ["charges_attempt", "charges_charge", "charges_dispute"]


def test_a_migration_of_data_closes_no_table_before_it_comes_to_it():
    migrations = MigrationLoader(None).disk_migrations
    state = ProjectState()
    state.add_model(ModelState("payouts", "direction", []))
    assert list_tables(state, migrations["payouts", "0003_directions"]) == []


def test_a_table_stays_open_while_its_rows_are_checked():
    state = ProjectState()
    state.add_model(ModelState("charges", "charge", []))
    migration = Migration("0001_locks", "charges")
    migration.operations = [ValidateConstraint("charge", "a_check")]
    assert list_tables(state, migration) == []


def test_now_and_then_it_waits_until_an_autovacuum_makes_room(monkeypatch):
    monkeypatch.setattr(migrations_give_way, "PAUSE", 1_000)
    monkeypatch.setattr(migrations_give_way, "TRIES", migrations_give_way.EACH // 2 + 1)
    with held(CHARGE) as holder:
        threading.Timer(1.1, holder.rollback).start()
        apply(CHARGE)
    assert is_recorded()


def test_a_model_without_a_table_of_its_name_is_passed_over():
    state = ProjectState()
    state.add_model(ModelState("customers", "auditline", [], {"proxy": True}))
    migration = Migration("0001_locks", "customers")
    migration.operations = [AlterModelManagers("auditline", [])]
    migration.operations[0].model_name = "auditline"
    with transaction.atomic():
        GivingWay(connection).apply_migration(state, migration)
        transaction.set_rollback(True)


def test_no_limit_stays_behind():
    before = read_limit()  # That of the role, once `database_role` was run in this cluster.
    apply("SELECT 1")
    assert read_limit() == before


def read_limit():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()
