"""An unsafe address that an application has from somewhere gets nothing: no code, no refusal, no redirect."""

import logging

import pytest
from django.core.exceptions import DisallowedRedirect
from oauth2_provider.models import Grant

from billing_site.oauth_views import AuthorizationView
from operations.factories import AccountFactory
from tests.access.oauth import flow

pytestmark = pytest.mark.django_db
UNSAFE = "http://seller.example/oauth"


@pytest.fixture
def app():
    return flow.ClientFactory(redirect_uris=UNSAFE)


@pytest.mark.parametrize("allow", [True, False])
def test_the_answer_of_a_person_is_not_sent_there_and_is_no_error_of_ours(app, allow, caplog):
    answer = flow.answer(app, AccountFactory(), allow=allow, redirect_uri=UNSAFE)
    assert (answer.status_code, "Location" in answer) == (400, False)
    assert not Grant.objects.exists()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_who_names_no_address_is_not_asked_for_it(app):
    assert flow.ask(app, AccountFactory(), redirect_uri=None).status_code == 400


def test_no_redirect_leads_there(app):
    with pytest.raises(DisallowedRedirect):
        AuthorizationView().redirect(UNSAFE, app)
    assert AuthorizationView().redirect(flow.REDIRECT, app).url.startswith(f"{flow.REDIRECT}?iss=")
