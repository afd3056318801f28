"""An organisation lets an application in and takes its access away; the application is told of both once."""

import pytest
from django.db import IntegrityError, transaction
from oauth2_provider.models import Grant

from access.installations import list_installed_applications, revoke_application_access
from access.models import Installation
from access.oauth.bearer_tokens import find_caller
from customers.errors import ApplicationNotInstalled, NotAuthenticated
from events.models import Event
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.money import run_at_once
from tests.tokens import issue_test_token


@pytest.fixture
def app():
    return flow.ClientFactory()


@pytest.fixture
def account():
    return AccountFactory()


def told_of(app) -> list[str]:
    events = Event.objects.filter(application_id=app.pk, object_type="installation").order_by("sequence")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [event.type.removeprefix("installation.") for event in events]


def has_access(token) -> bool:
    try:
        return bool(find_caller(token))
    except NotAuthenticated:
        return False


@pytest.mark.django_db
def test_the_first_consent_of_an_organisation_is_told_and_no_other(app, account):
    flow.answer(app, account, allow=False)
    assert told_of(app) == []
    flow.get_tokens(app, account)
    flow.get_tokens(app, AccountFactory(organization=account.organization))
    assert told_of(app) == ["started"]
    event = Event.objects.get(type="installation.started")
    assert (event.organization_id, event.buyer_id) == (app.organization_id, account.organization_id)
    assert event.snapshot == {
        "status": "installed",
        "application": app.client_id,
        "organization": str(account.organization.public_id),
        "account": str(account.public_id),
    }


@pytest.mark.slow
@pytest.mark.django_db
def test_what_an_organisation_revokes_ends_for_all_its_people_and_for_nobody_else(app, account):
    colleague, stranger = AccountFactory(organization=account.organization), AccountFactory()
    tokens = [flow.get_tokens(app, each) for each in (account, colleague, stranger)]
    other_app = flow.ClientFactory()
    other = flow.get_tokens(other_app, account)
    code = flow.get_code(app, colleague)
    revoke_application_access(account=account, application_id=app.pk)
    ours = [has_access(each["access_token"]) for each in (*tokens, other)]
    assert ours == [False, False, True, True]
    refreshed = [flow.refresh(app, each["refresh_token"]).status_code for each in tokens]
    assert refreshed == [400, 400, 200]
    assert flow.exchange(app, code).status_code == 400
    assert list(list_installed_applications(account.organization_id)) == [other_app]
    assert list(list_installed_applications(stranger.organization_id)) == [app]


@pytest.mark.django_db
def test_an_application_that_comes_back_is_told_of_again(app, account):
    flow.get_tokens(app, account)
    revoke_application_access(account=account, application_id=app.pk)
    flow.get_tokens(app, account)
    assert told_of(app) == ["started", "ended", "started"]


@pytest.mark.django_db
def test_tokens_without_a_consent_are_revoked_as_well(app, account):
    token = issue_test_token(account, app)
    assert list(list_installed_applications(account.organization_id)) == [app]
    revoke_application_access(account=account, application_id=app.pk)
    assert not has_access(token)
    assert told_of(app) == ["ended"]


@pytest.mark.django_db
def test_what_has_no_access_cannot_lose_it(app, account):
    flow.get_tokens(app, AccountFactory())
    for application_id in (app.pk, app.pk + 1_000_000):
        with pytest.raises(ApplicationNotInstalled):
            revoke_application_access(account=account, application_id=application_id)
    assert told_of(app) == ["started"]
    assert Installation.objects.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_an_installation_that_is_not_told(app, account):
    flow.get_tokens(app, account)
    with pytest.raises(IntegrityError, match="without an event"), transaction.atomic():
        Installation.objects.update(status="uninstalled")


@pytest.mark.django_db(transaction=True)
def test_consents_and_revocations_at_once_are_told_one_after_the_other(app, account):
    flow.get_tokens(app, account)

    def revoke():
        try:
            revoke_application_access(account=account, application_id=app.pk)
        except ApplicationNotInstalled:
            return "refused"

    results = run_at_once(*[revoke] * 4)
    assert results.count("refused") == 3
    run_at_once(*[lambda: flow.get_code(app, account)] * 4, revoke)
    told = told_of(app)
    assert told == (["started", "ended"] * len(told))[: len(told)]
    status = Installation.objects.get().status
    assert (status == "installed") == (told[-1] == "started") == Grant.objects.exists()
