"""A code is of the application that asked for it: another one neither uses it nor ends what it gave."""

import pytest
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from access.oauth.grants import find_grant
from operations.factories import AccountFactory
from tests.access.oauth import flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def apps():
    return flow.ClientFactory.create_batch(2)


def request_of(app):
    request = Request("https://billing.example/oauth/token/")
    request.client = app
    return request


def test_another_application_finds_no_grant_of_it(apps):
    mine, other = apps
    code = flow.get_code(mine, AccountFactory())
    assert find_grant(code, request_of(mine)).application == mine
    with pytest.raises(InvalidGrantError):
        find_grant(code, request_of(other))


def test_another_application_that_sends_a_used_code_ends_no_token_of_it(apps):
    mine, other = apps
    code = flow.get_code(mine, AccountFactory())
    tokens = flow.exchange(mine, code).json()
    assert flow.exchange(other, code).status_code == 400
    assert flow.refresh(mine, tokens["refresh_token"]).status_code == 200
    assert flow.exchange(mine, code).status_code == 400


def test_of_a_log_in_that_is_off_a_code_gets_nothing_though_others_may_log_in(apps):
    account, _ = AccountFactory.create_batch(2)
    code = flow.get_code(apps[0], account)
    account.user.is_active = False
    account.user.save()
    assert flow.exchange(apps[0], code).status_code == 400
