"""A buyer with a bearer token for a seller's app, made with the services that make them in earnest."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from access.oauth.access_tokens import issue_token
from access.oauth.callers import Caller, find_caller
from customers.models import Account, Application, Organization, Product

SCOPES = ["billing_manage", "billing--all:rw", "ledger_read"]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A token and who it stands for."""

    token: str
    caller: Caller


def make_app() -> Application:
    """Make a seller's app for every product."""
    seller = Organization.objects.create(name="Bench seller")
    return Application.objects.create(
        organization=seller,
        name="Bench app",
        author_email="author@seller.example",
        products=list(Product.values),
        allowed_scopes=SCOPES,
        return_origins=["https://seller.example"],
        redirect_uris="https://seller.example/oauth",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    )


def make_tenant(app: Application, name: str) -> Tenant:
    """Make a buyer organisation with one account and its token for the app."""
    email = f"{name}@buyer.example"
    account = Account.objects.create(
        organization=Organization.objects.create(name=f"Bench buyer {name}"),
        user=get_user_model().objects.create(username=email, email=email),
        email=email,
        has_billing_role=True,
    )
    token = issue_token(account, app, SCOPES)
    return Tenant(token, find_caller(token))
