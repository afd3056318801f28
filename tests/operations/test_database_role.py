"""The server's role of PostgreSQL does the server's work and cannot get past the guards of the tables."""

import io
import os
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from charges.collection.single import collect_charge
from charges.models import Attempt
from ledger.balances import roll_up_balances
from ledger.models import LedgerEntry
from manage import choose_role
from operations.database_role import Login, connect, set_up_roles
from operations.factories import ChargeFactory
from operations.invariants.guards import find_excess_rights
from operations.verification import find_breaches
from runner import programs
from runner.postgres import SERVER_ROLE
from subscriptions.renewal.renew import renew_due
from tests.money import fetch, seller_balance

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="makes roles of a whole server"),
]
NEVER_DELETED = next(t for t in Attempt._meta.triggers if t.name == "never_deleted").get_pgid(Attempt)
FORBIDDEN = {
    "truncate": "TRUNCATE charges_charge CASCADE",
    "truncate as a test may": "SET billing.allow_truncate = 'on'; TRUNCATE ledger_ledgerentry",
    "switch off a trigger": "ALTER TABLE charges_attempt DISABLE TRIGGER ALL",
    "switch off all triggers": "SET session_replication_role = replica",
    "drop a trigger": f"DROP TRIGGER {NEVER_DELETED} ON charges_attempt",
    "make a trigger": "CREATE TRIGGER other BEFORE INSERT ON charges_charge"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "drop a table": "DROP TABLE charges_attempt",
    "add a column": "ALTER TABLE charges_charge ADD COLUMN tip integer",
    "drop a constraint": "ALTER TABLE ledger_ledgerentry DROP CONSTRAINT entry_is_not_zero",
    "drop an index": "DROP INDEX one_live_attempt",
    "make a table": "CREATE TABLE public.own (id integer)",
    "make a temporary table": "CREATE TEMPORARY TABLE charges_charge (id integer)",
    "make a function": "CREATE FUNCTION public.own() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "make a schema": "CREATE SCHEMA own",
    "make a role": "CREATE ROLE own",
    "become the owner": "SET ROLE billing",
    "pretend a migration": "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    "read files": "COPY charges_charge FROM '/etc/passwd'",
    "run programs": "COPY (SELECT 1) TO PROGRAM 'true'",
}

ONE = "CREATE FUNCTION one(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1'"


@pytest.fixture(scope="module", autouse=True)
def _roles(django_db_setup, django_db_blocker):
    """The roles are made once, as `manage.py run` does."""
    with django_db_blocker.unblock():
        call_command("database_role", stdout=io.StringIO())


@contextmanager
def as_server():
    """Django is connected as the server's programs are."""
    name = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = SERVER_ROLE
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (SERVER_ROLE,)
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = name


@pytest.mark.parametrize("act", sorted(FORBIDDEN))
def test_the_server_may_not(act):
    with as_server(), connection.cursor() as cursor, pytest.raises(DatabaseError) as refusal:
        cursor.execute(FORBIDDEN[act])
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_charge_is_made_accepted_collected_and_booked_under_the_servers_role():
    with as_server():
        charge = ChargeFactory(activated=True)
        collect_charge(charge.pk)
        assert fetch(charge).status == "success"
        assert LedgerEntry.objects.exists()
        assert seller_balance(charge) == charge.total_minor - charge.commission_minor
        roll_up_balances()
        renew_due()
        call_command("rebuild_balances", stdout=io.StringIO())
        assert find_breaches() == []


def test_what_the_database_refuses_is_refused_to_the_server_too():
    with as_server():
        charge = ChargeFactory(activated=True)
        collect_charge(charge.pk)
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="Cannot delete rows"):
            cursor.execute("DELETE FROM charges_attempt")


def test_time_outs_and_the_log_are_set_for_the_role():
    expected = {
        "statement_timeout": "2min",
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": "1min",
        "log_parameter_max_length": "0",
        "log_error_verbosity": "terse",
    }
    with as_server(), connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [[*expected]])
        assert dict(cursor.fetchall()) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("grant", "right"),
    [
        ("GRANT TRUNCATE ON charges_charge TO {}", ("charges_charge", "TRUNCATE")),
        ("GRANT TRIGGER ON charges_charge TO {}", ("charges_charge", "TRIGGER")),
        ("ALTER TABLE charges_statuschange OWNER TO {}", ("charges_statuschange", "owner")),
        ("GRANT CREATE ON SCHEMA public TO {}", ("public", "CREATE")),
        ("ALTER ROLE {} CREATEROLE", (SERVER_ROLE, "create roles")),
        ("GRANT SET ON PARAMETER session_replication_role TO {}", ("session_replication_role", "SET")),
        ("GRANT INSERT ON django_migrations TO {}", ("django_migrations", "write")),
    ],
)
def test_verify_names_a_right_too_many_and_the_command_takes_it_away(grant, right):
    assert find_excess_rights() == []
    with connection.cursor() as cursor:
        cursor.execute(grant.format(SERVER_ROLE))
    [breach] = [breach for breach in find_breaches() if breach.invariant.id == "I-39a"]
    assert right in [(row["on"], row["right"]) for row in breach.rows]
    call_command("database_role", stdout=io.StringIO())
    assert find_excess_rights() == []


@pytest.mark.parametrize(
    ("command", "is_owner"),
    [("migrate", True), ("rebuild_balances", True), ("verify", False), ("run", False)],
)
def test_commands_that_change_tables_connect_as_the_owner(monkeypatch, command, is_owner):
    urls = {
        "DATABASE_URL": "postgres://server@db.example/b",
        "DATABASE_OWNER_URL": "postgres://owner@db.example/b",
    }
    monkeypatch.setattr("os.environ", dict(urls))
    choose_role([command])
    assert os.environ["DATABASE_URL"] == urls["DATABASE_OWNER_URL" if is_owner else "DATABASE_URL"]


@pytest.mark.slow
def test_the_programs_of_run_connect_as_the_server():
    ask = "from django.conf import settings; print(settings.DATABASES['default']['USER'])"
    asked = [sys.executable, "-c", ask]
    environment = programs.environment(quiet=True) | {"DJANGO_SETTINGS_MODULE": "billing_site.settings"}
    assert subprocess.run(asked, env=environment, capture_output=True, text=True).stdout == f"{SERVER_ROLE}\n"


def test_one_role_for_both_is_refused(settings):
    settings.DATABASE_SERVER_ROLE = settings.DATABASES["default"]["USER"]
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("database_role")


@pytest.fixture
def scratch():
    """A database of a superuser with a table, a sequence and a function, before it has roles."""
    admin = settings.DATABASES["default"]
    name = f"{admin['NAME']}_roles"
    with connect(admin) as server:
        server.autocommit = True
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    with connect(admin | {"NAME": name}) as server:
        server.execute("CREATE TABLE things (id bigserial PRIMARY KEY, name text); CREATE SEQUENCE numbers")
        server.execute(ONE)
    yield admin | {"NAME": name}
    with connect(admin) as server:
        server.autocommit = True
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.execute("DROP ROLE IF EXISTS scratch_owner")
        server.execute("DROP ROLE IF EXISTS scratch_server")


def test_the_owner_migrates_and_the_server_works_on_what_it_makes(scratch):
    roles = {"owner": Login("scratch_owner", "made-up-1"), "server": Login("scratch_server", "made-up-2")}
    for _ in range(2):
        with connect(scratch) as server:
            assert set_up_roles(server, **roles) is True
    with connect(scratch | {"USER": "scratch_owner"}) as owner:
        owner.execute("ALTER TABLE things ADD COLUMN size int; ALTER SEQUENCE numbers RESTART")
        owner.execute(ONE.replace("CREATE", "CREATE OR REPLACE"))
        owner.execute("CREATE TABLE later (id bigserial)")
    with connect(scratch | {"USER": "scratch_server"}) as server:
        server.execute("INSERT INTO things (size) VALUES (1); INSERT INTO later DEFAULT VALUES")
        assert server.execute("SELECT nextval('numbers')").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.execute("TRUNCATE later")


def test_passwords_are_kept_hashed(scratch):
    with connect(scratch) as server:
        set_up_roles(server, owner=Login("scratch_owner"), server=Login("scratch_server", "made-up-2"))
        kept = "SELECT rolpassword FROM pg_authid WHERE rolname = 'scratch_server'"
        [password] = server.execute(kept).fetchone()
    assert password.startswith("SCRAM-SHA-256$")


def test_what_a_pooler_does_not_pass_on_is_given_to_the_role(scratch):
    limit = {"billing.refund_approval_limit": "USD:7"}
    with connect(scratch) as server:
        roles = {"owner": Login("scratch_owner"), "server": Login("scratch_server", "made-up-2")}
        assert set_up_roles(server, **roles, session=limit | {"jit": "off"}) is True
    with connect(scratch | {"USER": "scratch_server"}) as server:
        parameters = "SELECT current_setting('billing.refund_approval_limit'), current_setting('jit')"
        assert server.execute(parameters).fetchone() == ("USD:7", "off")


def test_an_administrator_that_is_no_superuser_sets_up_all_but_the_log(scratch):
    with connect(scratch) as server:
        server.execute("CREATE ROLE scratch_owner LOGIN CREATEROLE")
        for what in ("TABLE things", "SEQUENCE numbers", "FUNCTION one", f"DATABASE {scratch['NAME']}"):
            server.execute(f"ALTER {what} OWNER TO scratch_owner")
    with connect(scratch | {"USER": "scratch_owner"}) as owner:
        roles = {"owner": Login("scratch_owner"), "server": Login("scratch_server", "made-up-2")}
        assert set_up_roles(owner, **roles) is False
    with connect(scratch | {"USER": "scratch_server"}) as server:
        server.execute("INSERT INTO things (name) VALUES ('a')")
