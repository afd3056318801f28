"""An application gets the scopes that it was given, however it asks."""

import pytest
from oauth2_provider.models import RefreshToken, set_token_value

from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import find_caller
from access.oauth.scopes import list_permitted
from core.errors import InvalidField
from customers.models import Application
from operations.factories import AccountFactory, ApplicationFactory, OrganizationFactory
from tests.access.oauth import flow

pytestmark = pytest.mark.django_db

SCOPES = ["billing_manage", "billing--all:rw", "billing_admin", "ledger_read", "invented"]
GIVEN = {
    "livechat seller": ["billing_manage"],
    "seller": ["billing_manage", "billing--all:rw", "ledger_read"],
    "marketplace": ["billing_manage", "billing--all:rw", "ledger_read", "billing_admin"],
    "nothing": [],
}


def test_what_colleagues_of_an_app_may_grant_is_not_for_a_stranger_to_grant():
    marketplace, draft = ApplicationFactory(marketplace=True), ApplicationFactory(draft=True)
    stranger = AccountFactory()
    for app, scope in ((marketplace, "billing_admin"), (draft, "ledger_read")):
        colleague = AccountFactory(organization=app.organization)
        assert scope in list_permitted(app, colleague.user)
        assert scope not in list_permitted(app, stranger.user)


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", GIVEN)
def test_each_application_may_ask_for_what_it_was_given_only(kind, scope):
    operator = OrganizationFactory(is_operator=True)
    app = flow.ClientFactory(allowed_scopes=GIVEN[kind], organization=operator)
    account = AccountFactory(organization=operator)
    page, answered = flow.ask(app, account, scope=scope), flow.answer(app, account, scope=scope)
    if scope in GIVEN[kind]:
        assert page.status_code == 200
        tokens = flow.exchange(app, flow.query_of(answered)["code"]).json()
        assert find_caller(tokens["access_token"]).scopes == {scope}
    else:
        assert flow.query_of(page)["error"] == flow.query_of(answered)["error"] == "invalid_scope"


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", ["livechat seller", "seller"])
def test_a_wider_scope_is_not_to_be_had_by_refreshing_or_with_the_code(kind, scope):
    app, account = flow.ClientFactory(allowed_scopes=GIVEN[kind]), AccountFactory()
    given = flow.exchange(app, flow.get_code(app, account), scope=scope).json()
    assert find_caller(given["access_token"]).scopes == {"billing_manage"}
    response = flow.refresh(app, given["refresh_token"], scope=scope)
    if scope == "billing_manage":
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


def test_one_scope_too_many_refuses_them_all():
    app = flow.ClientFactory(allowed_scopes=["billing_manage"])
    response = flow.ask(app, AccountFactory(), scope="billing_manage billing_admin")
    assert flow.query_of(response)["error"] == "invalid_scope"


def test_who_names_no_scope_gets_all_but_the_administration():
    app, account = (
        flow.ClientFactory(allowed_scopes=GIVEN["marketplace"]),
        AccountFactory(),
    )
    offered = flow.ask(app, account, scope=None).context["form"].initial["scope"]
    tokens = flow.get_tokens(app, account, scope=offered)
    assert find_caller(tokens["access_token"]).scopes == set(GIVEN["seller"])


def test_a_scope_taken_from_an_application_is_gone_with_the_next_refresh():
    app, account = (
        flow.ClientFactory(allowed_scopes=GIVEN["seller"]),
        AccountFactory(),
    )
    tokens = flow.get_tokens(app, account, scope="billing_manage ledger_read")
    Application.objects.filter(pk=app.pk).update(allowed_scopes=["billing_manage"])
    refreshed = flow.refresh(app, tokens["refresh_token"]).json()
    assert find_caller(refreshed["access_token"]).scopes == {"billing_manage"}


def test_asking_for_fewer_scopes_once_does_not_lose_the_others():
    app, account = flow.ClientFactory(allowed_scopes=GIVEN["seller"]), AccountFactory()
    tokens = flow.get_tokens(app, account, scope="billing_manage ledger_read")
    for asked, got in [
        ("ledger_read", {"ledger_read"}),
        ("ledger_read", {"ledger_read"}),
        ("billing_manage", {"billing_manage"}),
        (None, {"billing_manage", "ledger_read"}),
    ]:
        tokens = flow.refresh(app, tokens["refresh_token"], scope=asked).json()
        assert find_caller(tokens["access_token"]).scopes == set(tokens["scope"].split()) == got
    response = flow.refresh(app, tokens["refresh_token"], scope="ledger_read billing--all:rw")
    assert response.json()["error"] == "invalid_scope"


def test_a_scope_taken_away_is_not_had_by_asking_for_fewer_either():
    app, account = flow.ClientFactory(allowed_scopes=GIVEN["seller"]), AccountFactory()
    tokens = flow.get_tokens(app, account, scope="billing_manage ledger_read")
    tokens = flow.refresh(app, tokens["refresh_token"], scope="billing_manage").json()
    Application.objects.filter(pk=app.pk).update(allowed_scopes=["billing_manage"])
    assert flow.refresh(app, tokens["refresh_token"], scope="ledger_read").json()["error"] == "invalid_scope"


@pytest.mark.parametrize("forged", ["x.billing_admin", "x", "."])
def test_scopes_in_a_refresh_token_that_was_not_given_count_for_nothing(forged):
    app, account = flow.ClientFactory(allowed_scopes=GIVEN["marketplace"]), AccountFactory()
    given = flow.exchange(app, flow.get_code(app, account), refresh_token=forged).json()
    refreshed = flow.refresh(app, given["refresh_token"]).json()
    assert find_caller(refreshed["access_token"]).scopes == {"billing_manage"}
    widened = flow.refresh(app, f"{refreshed['refresh_token']}.billing_admin")
    assert widened.json()["error"] == "invalid_grant"


def test_a_refresh_token_that_names_no_scopes_has_those_of_its_access_token():
    app, account = flow.ClientFactory(allowed_scopes=GIVEN["seller"]), AccountFactory()
    flow.get_tokens(app, account)
    kept = RefreshToken.objects.get()
    set_token_value(kept, "made-before-they-did")
    kept.save()
    tokens = flow.refresh(app, "made-before-they-did").json()
    assert find_caller(tokens["access_token"]).scopes == {"billing_manage"}


def test_the_demo_issues_tokens_within_the_scopes_of_the_application():
    app, account = (
        flow.ClientFactory(allowed_scopes=GIVEN["seller"]),
        AccountFactory(),
    )
    token = issue_token(account, app, "billing_manage ledger_read")
    assert find_caller(token).scopes == {"billing_manage", "ledger_read"}
    assert find_caller(issue_token(account, app, ["ledger_read"])).scopes == {"ledger_read"}
    with pytest.raises(InvalidField, match="scopes that the application and the account may have"):
        issue_token(account, app, "billing_manage billing_admin")
