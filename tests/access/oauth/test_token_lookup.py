"""The query that finds a caller is planned once for each connection."""

import pytest
from django.db import connection

from access.oauth.bearer_tokens import find_caller
from operations.factories import AccountFactory, ApplicationFactory, ChargeFactory
from tests.tokens import issue_test_token

PREPARED = "SELECT statement FROM pg_prepared_statements"


@pytest.mark.django_db
def test_looking_up_a_token_is_planned_once_and_nothing_of_the_orm_is_prepared():
    token = issue_test_token(AccountFactory(), ApplicationFactory())

    callers = [find_caller(token) for _ in range(8)]
    for caller in callers:
        ChargeFactory(caller=caller)

    assert len(set(map(repr, callers))) == 1
    with connection.cursor() as cursor:
        cursor.execute(PREPARED)
        statements = [statement for (statement,) in cursor.fetchall()]
    lookups = [statement for statement in statements if "oauth2_provider_accesstoken" in statement]
    assert len(lookups) == 1
    # The events of the charges are written by one statement of ours, too.
    assert [each for each in statements if each not in lookups and "events_event" not in each] == []
