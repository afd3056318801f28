"""Doors for programs take requests without Django's token of forms; a page refuses them."""

import pytest
from django.http import HttpResponse
from django.test import Client

from operations.factories import UserFactory

pytestmark = pytest.mark.django_db

# A new path that is exempt has to be written down here, with the page for buttons of mails among them.
FOR_PROGRAMS = [
    *("/hooks/sandbox/", "/hooks/mail/", "/oauth/token/", "/oauth/revoke_token/", "/oauth/introspect/"),
    *("/v2/token", "/v2/direct_charge/livechat", "/v1/companies", "/v1/plans/x/y", "/api/v01/nothing"),
    *("/language/", "/mail/unsubscribe/?token=x"),
]
REFUSED = 418


def refuse(request, reason=""):
    return HttpResponse(reason, status=REFUSED)


@pytest.fixture(autouse=True)
def _tell_the_refusals_of_django_apart(settings):
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"


@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_a_program_needs_no_token_of_a_form(path):
    assert Client(enforce_csrf_checks=True).post(path).status_code != REFUSED


@pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/account/members/", "/console/mode/"])
def test_a_page_takes_no_form_without_it(path):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory())
    assert browser.post(path).status_code == REFUSED
