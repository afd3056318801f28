"""A buyer with a bearer token for a seller's app, made with the services that make them in earnest."""

from dataclasses import dataclass

from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import Caller, find_caller
from customers.models import Application
from operations.factories import AccountFactory


@dataclass(frozen=True, slots=True)
class Tenant:
    """A token and who it stands for."""

    token: str
    caller: Caller


def make_tenant(app: Application, name: str) -> Tenant:
    """Make a buyer organisation with one account and its token for the app."""
    account = AccountFactory.create(email=f"{name}@buyer.example", organization__name=f"Bench buyer {name}")
    token = issue_token(account, app, app.allowed_scopes)
    return Tenant(token, find_caller(token))
