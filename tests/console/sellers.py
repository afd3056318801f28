"""A seller with something of everything, another one, and who looks at them."""

from typing import Any

from access.oauth.bearer_tokens import Caller, find_caller
from customers.models import Account, Application, Organization
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    ChargeFactory,
    OrganizationFactory,
    SubscriptionFactory,
)
from tests.tokens import issue_test_token

ODD_NAME = "=HYPERLINK(1) 😀 " + "long " * 48


class Seller:
    """An organisation that sells through one application."""

    def __init__(self, name: str = "Paper Kites Ltd") -> None:
        self.organization = OrganizationFactory(name=name)
        self.app: Application = ApplicationFactory(organization=self.organization, name=f"App of {name}")
        self.owner = self.member(is_owner=True)

    def member(self, **roles: Any) -> Account:
        """A person of this organisation; without roles given, a developer."""
        roles = {"has_billing_role": False} | (roles or {"is_developer": True})
        return AccountFactory(organization=self.organization, **roles)

    def caller(self, buyer: Organization | None = None, **fields: Any) -> Caller:
        """A buyer's token of the application."""
        account = AccountFactory(organization=buyer or OrganizationFactory(), **fields)
        return find_caller(issue_test_token(account, self.app))

    def sell(self, buyer: Organization | None = None, **terms: Any) -> Any:
        """A charge of a buyer of its own, collected unless said otherwise."""
        stage = {} if terms.keys() & {"stage", "failed", "accepted"} else {"collected": True}
        return ChargeFactory(caller=self.caller(buyer), **terms | stage)

    def subscribe(self, buyer: Organization | None = None, **terms: Any) -> Any:
        """A subscription of a buyer of its own."""
        return SubscriptionFactory(caller=self.caller(buyer), **terms or {"active": True})
