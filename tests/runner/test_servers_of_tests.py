"""The server of a test run begins no transactions of its own, for which some readers would wait."""

import pytest
from django.db import connection

from runner import postgres

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(not postgres.is_used(), reason="the server is somebody's own")
def test_tables_are_not_analysed_while_tests_run():
    with connection.cursor() as cursor:
        cursor.execute("SHOW autovacuum_analyze_threshold")
        assert cursor.fetchone() == ("2147483647",)
