"""The query that finds a caller is planned once for each connection."""

import pytest
from django.db import connection

from access.oauth.callers import find_caller
from tests.factories import make_account, make_app, make_charge, make_token

PREPARED = "SELECT statement FROM pg_prepared_statements"


@pytest.mark.django_db
def test_looking_up_a_token_is_planned_once_and_nothing_else_is_prepared():
    token = make_token(make_account(), make_app())

    callers = [find_caller(token) for _ in range(8)]
    for caller in callers:
        make_charge(caller)

    assert len(set(map(repr, callers))) == 1
    with connection.cursor() as cursor:
        cursor.execute(PREPARED)
        statements = [statement for (statement,) in cursor.fetchall()]
    assert [statement for statement in statements if "oauth2_provider_accesstoken" in statement] == statements
    assert len(statements) == 1
