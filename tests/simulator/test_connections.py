"""A connection that is cut is dead to its holder, loses its transaction, and its server process is reused."""

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, transaction

from simulator.connections import cut_connection, reusing_server_processes

pytestmark = pytest.mark.django_db(transaction=True)


def ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_what_was_not_committed_is_gone_and_nothing_of_the_session_is_left():
    with reusing_server_processes():
        before = ask("SELECT pg_backend_pid()")
        connection.cursor().execute("SET statement_timeout = 12345")
        transaction.set_autocommit(False)
        Group.objects.create(name="never there")
        cut_connection()
        with pytest.raises(OperationalError):
            Group.objects.exists()
        connection.close()
        assert not Group.objects.filter(name="never there").exists()
        assert ask("SELECT pg_backend_pid()") == before
        assert ask("SHOW statement_timeout") != "12345ms"


def test_a_cursor_of_a_connection_that_was_cut_is_dead_as_well():
    with reusing_server_processes():
        cursor = connection.cursor()
        cut_connection()
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
        connection.close_if_unusable_or_obsolete()
        assert ask("SELECT 1") == 1
