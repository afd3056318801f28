"""The same code or refresh token twice at the same moment."""

from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oauth2_provider.models import AccessToken, RefreshToken

from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import find_caller
from customers.errors import NotAuthenticated
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def count_usable(responses):
    usable = 0
    for response in responses:
        with suppress(NotAuthenticated):
            if response.status_code == 200:
                assert response.json()["access_token"]
                usable += bool(find_caller(response.json()["access_token"]))
    return usable


def test_a_code_used_twice_at_once_gives_at_most_one_working_token():
    app, account = flow.ClientFactory(), AccountFactory()
    code = flow.get_code(app, account)
    responses = run_at_once(*[lambda: flow.exchange(app, code)] * 4)
    assert {response.status_code for response in responses} <= {200, 400}
    assert [response.status_code for response in responses].count(200) <= 1
    assert count_usable(responses) == 0  # A replay ends what the first one got.
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked=None).exists()


def test_a_refresh_token_used_twice_at_once_ends_its_family():
    app, account = flow.ClientFactory(), AccountFactory()
    tokens = flow.get_tokens(app, account)
    responses = run_at_once(*[lambda: flow.refresh(app, tokens["refresh_token"])] * 4)
    assert [response.status_code for response in responses].count(200) <= 1
    assert {response.status_code for response in responses} <= {200, 400}
    assert count_usable(responses) == 0
    assert not RefreshToken.objects.filter(revoked=None).exists()


def test_tokens_issued_at_once_are_counted_exactly():
    app, account = flow.ClientFactory(), AccountFactory()
    for _ in range(20):
        issue_token(account, app, "billing_manage")
    run_at_once(*[lambda: issue_token(account, app, "billing_manage")] * 8)
    assert AccessToken.objects.count() == 25


@pytest.mark.parametrize("replayed", ["code", "refresh token"])
def test_a_replay_locks_the_account_before_tokens_as_each_change_of_tokens_does(replayed):
    app, account = flow.ClientFactory(), AccountFactory()
    code = flow.get_code(app, account)
    first = flow.exchange(app, code).json()
    flow.refresh(app, first["refresh_token"])
    with CaptureQueriesContext(connection) as queries:
        again = flow.exchange(app, code) if replayed == "code" else flow.refresh(app, first["refresh_token"])
    assert again.status_code == 400
    said = " ".join(query["sql"] for query in queries)
    before, change, _ = said.partition('UPDATE "oauth2_provider_refreshtoken"')
    assert change
    assert "FOR NO KEY UPDATE" in before.rpartition('"customers_account"')[2]
