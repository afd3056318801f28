"""People see which apps act in their name, and revoke that."""

import pytest
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from access.errors import ApplicationNotConnected
from access.oauth.connected_apps import disconnect_application
from events.models import Event
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.desk import log_in, text_of

PAGE = "/account/apps/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def app():
    return flow.ClientFactory(name="Report Builder")


def revoke(account, app):
    return log_in(account).post(f"{PAGE}revoke/", {"client_id": app.client_id})


def test_an_app_is_shown_with_what_it_may_and_loses_it_at_once(app):
    account, other = AccountFactory(), AccountFactory()
    tokens, theirs = flow.get_tokens(app, account), flow.get_tokens(app, other)
    code = flow.get_code(app, account)
    elsewhere = flow.get_tokens(flow.ClientFactory(name="Kept"), account)
    text = text_of(log_in(account).get(PAGE))
    assert "Report Builder Made by" in text
    assert "Make and manage charges for LiveChat apps" in text
    assert revoke(account, app)["Location"] == PAGE
    assert flow.refresh(app, tokens["refresh_token"]).status_code == 400
    assert flow.exchange(app, code).status_code == 400
    assert not Grant.objects.filter(user=account.user, application=app).exists()
    assert not AccessToken.objects.filter(user=account.user, application=app).exists()
    assert RefreshToken.objects.filter(user=account.user, revoked=None).count() == 1
    assert flow.refresh(app, theirs["refresh_token"]).status_code == 200
    assert elsewhere["access_token"]
    text = text_of(log_in(account).get(PAGE))
    assert "Report Builder" not in text
    assert "Kept" in text


def test_the_app_is_told_when_the_last_colleague_revokes(app):
    one = AccountFactory()
    two = AccountFactory(organization=one.organization)
    for account in (one, two):
        flow.get_tokens(app, account)
    for account, told in ((one, 0), (one, 0), (two, 1), (two, 1)):
        revoke(account, app)
        assert Event.objects.filter(type="installation.ended", buyer_id=one.organization_id).count() == told


def test_revoking_twice_or_nonsense_changes_nothing(app):
    account = AccountFactory()
    flow.get_tokens(app, account)
    for client_id in ("", "x", "\0", "x" * 2000):
        assert log_in(account).post(f"{PAGE}revoke/", {"client_id": client_id}).status_code in (303, 400)
    assert AccessToken.objects.filter(user=account.user).exists()
    assert [revoke(account, app).status_code for _ in range(2)] == [303, 303]
    assert "None." in text_of(log_in(account).get(PAGE))


def test_nobody_disconnects_what_a_colleague_has_connected(app):
    account = AccountFactory()
    tokens = flow.get_tokens(app, AccountFactory(organization=account.organization))
    with pytest.raises(ApplicationNotConnected):
        disconnect_application(account, client_id=app.client_id)
    assert flow.refresh(app, tokens["refresh_token"]).status_code == 200


def test_the_list_costs_the_same_for_many_apps(django_assert_num_queries):
    account = AccountFactory()
    browser = log_in(account)
    for number in range(3):
        flow.get_tokens(flow.ClientFactory(name=f"App {number}"), account)
    with django_assert_num_queries(5):
        assert "App 2" in text_of(browser.get(PAGE))


def test_it_needs_an_account_and_a_form_of_ours(app):
    account = AccountFactory()
    flow.get_tokens(app, account)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    said = {"client_id": app.client_id}
    assert log_in(account).post(f"{PAGE}revoke/", said, headers=foreign).status_code == 403
    assert AccessToken.objects.filter(user=account.user).exists()


def test_the_billing_role_removes_an_app_for_everyone(app):
    boss = AccountFactory(has_billing_role=True)
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    stranger = AccountFactory(has_billing_role=True)
    tokens, theirs = flow.get_tokens(app, clerk), flow.get_tokens(app, stranger)
    assert "Apps of your organisation" not in text_of(log_in(clerk).get(PAGE))
    assert log_in(clerk).post(f"{PAGE}remove/", {"client_id": app.client_id}).status_code == 403
    assert "Report Builder Remove for everyone" in text_of(log_in(boss).get(PAGE))
    for client_id in (app.client_id, app.client_id, "x", ""):
        assert log_in(boss).post(f"{PAGE}remove/", {"client_id": client_id})["Location"] == PAGE
    assert "Report Builder" not in text_of(log_in(boss).get(PAGE))
    assert flow.refresh(app, tokens["refresh_token"]).status_code == 400
    assert flow.refresh(app, theirs["refresh_token"]).status_code == 200
