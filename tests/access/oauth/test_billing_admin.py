"""billing_admin is for the marketplace's operator: an application and an account of its organisation.

It is asked at the grant, at the exchange, at each refresh, at each use and at introspection.
"""

import pytest
from django.db import connection
from django.test import Client
from oauth2_provider.models import AccessToken

from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import find_caller
from charges.models import Charge
from core.errors import InvalidField
from customers.models import Organization
from operations.factories import AccountFactory, ChargeFactory, OrganizationFactory
from subscriptions.models import Subscription
from tests.access.oauth import flow
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db

SCOPES = "billing_manage billing_admin"
BODY = {"name": "Reports", "price": 100, "quantity": 1, "return_url": "https://seller.example/back"}
RECURRENT = {"name": "Reports", "price": 100, "return_url": "https://seller.example/back"}


class Marketplace:
    """The operator, a seller and a buyer; an application of the operator and one of the seller."""

    def __init__(self):
        self.operator = OrganizationFactory(is_operator=True)
        self.accounts = {
            "operator": AccountFactory(organization=self.operator),
            "buyer": AccountFactory(),
            "seller": AccountFactory(),
        }
        fields = {"allowed_scopes": ["billing_manage", "billing_admin"]}
        self.apps = {
            "operator": flow.ClientFactory(organization=self.operator, **fields),
            "seller": flow.ClientFactory(organization=self.accounts["seller"].organization, **fields),
        }
        self.sold = flow.ClientFactory()


@pytest.fixture
def marketplace():
    return Marketplace()


ALLOWED = ("operator", "operator")
PAIRS = [(app, account) for app in ("operator", "seller") for account in ("operator", "buyer", "seller")]
REFUSED = [pair for pair in PAIRS if pair != ALLOWED]


def call(method, path, token, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    return getattr(Client(), method)(path, body, content_type="application/json", headers=headers)


def introspect(app, token):
    said = {"token": token, "client_id": app.client_id, "client_secret": flow.SECRET}
    return flow.post("/oauth/introspect/", **said).json()


@pytest.mark.parametrize(("owner", "who"), PAIRS)
def test_it_is_granted_by_the_operator_to_the_operator_alone(marketplace, owner, who):
    app, account = marketplace.apps[owner], marketplace.accounts[who]
    page, answered = flow.ask(app, account, scope=SCOPES), flow.answer(app, account, scope=SCOPES)
    if (owner, who) == ALLOWED:
        assert page.status_code == 200
        tokens = flow.exchange(app, flow.query_of(answered)["code"]).json()
        assert find_caller(tokens["access_token"]).is_admin
        assert find_caller(issue_token(account, app, SCOPES)).is_admin
    else:
        assert flow.query_of(page)["error"] == flow.query_of(answered)["error"] == "invalid_scope"
        with pytest.raises(InvalidField, match="must be scopes"):
            issue_token(account, app, SCOPES)
        assert not AccessToken.objects.exists()


@pytest.mark.parametrize(("owner", "who"), REFUSED)
def test_a_token_that_has_it_all_the_same_is_not_that_of_the_administration(marketplace, owner, who):
    """Such as one from before, or a row that somebody wrote by hand."""
    app, account = marketplace.apps[owner], marketplace.accounts[who]
    token = issue_test_token(account, app, SCOPES)
    foreign = ChargeFactory()
    assert find_caller(token).scopes == {"billing_manage"}
    said = {"order_client_id": marketplace.sold.client_id, "commission_percent": 0}
    for kind, body in (("direct", BODY), ("recurrent", RECURRENT)):
        made = call("post", f"/v2/{kind}_charge/livechat", token, body | said)
        assert made.status_code == 201
        assert made.json()["order_client_id"] == app.client_id
    for model in (Charge, Subscription):
        assert model.objects.get(order_application=app).commission_percent == 20
    assert call("get", f"/v2/direct_charge/livechat/{foreign.public_id}", token).status_code == 404
    only = issue_test_token(account, app, "billing_admin")
    assert call("get", "/v2/direct_charge/livechat", only).status_code == 403
    assert call("post", "/v2/direct_charge/livechat", only, BODY | said).status_code == 403


@pytest.mark.parametrize(("owner", "who"), PAIRS)
def test_what_is_told_of_a_token_is_what_it_is_good_for(marketplace, owner, who):
    app, account = marketplace.apps[owner], marketplace.accounts[who]
    token = issue_test_token(account, app, SCOPES)
    good_for = SCOPES if (owner, who) == ALLOWED else "billing_manage"
    assert introspect(app, token)["scope"] == good_for
    assert call("get", "/v2/info", token).json()["scope"] == good_for.replace(" ", ",")


def test_the_operator_sets_application_and_commission(marketplace):
    token = issue_token(marketplace.accounts["operator"], marketplace.apps["operator"], SCOPES)
    said = {"order_client_id": marketplace.sold.client_id, "commission_percent": 0}
    made = call("post", "/v2/direct_charge/livechat", token, BODY | said).json()
    assert (made["order_client_id"], made["commission_percent"]) == (marketplace.sold.client_id, 0)
    assert made["buyer_organization_id"] == str(marketplace.operator.public_id)
    foreign = ChargeFactory()
    assert call("get", f"/v2/direct_charge/livechat/{foreign.public_id}", token).status_code == 200


def test_who_is_the_operator_no_more_has_it_no_more_at_the_exchange_the_refresh_and_the_use(marketplace):
    app, account = marketplace.apps["operator"], marketplace.accounts["operator"]
    tokens, code = flow.get_tokens(app, account, scope=SCOPES), flow.get_code(app, account, scope=SCOPES)
    only = flow.get_code(app, account, scope="billing_admin")
    assert find_caller(tokens["access_token"]).is_admin
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_organization SET is_operator = false")
    assert find_caller(tokens["access_token"]).scopes == {"billing_manage"}
    exchanged = flow.exchange(app, code).json()
    assert exchanged["scope"] == "billing_manage"
    assert flow.exchange(app, only).json()["error"] == "invalid_grant"
    refreshed = flow.refresh(app, tokens["refresh_token"]).json()
    assert refreshed["scope"] == "billing_manage"
    widened = flow.refresh(app, refreshed["refresh_token"], scope=SCOPES)
    assert widened.json()["error"] == "invalid_scope"
    Organization.objects.update(is_operator=True)
    assert not find_caller(exchanged["access_token"]).is_admin
