"""Everybody who asks: what each sends along, by the name that the tables of this folder call them."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from oauth2_provider.models import AccessToken

from access.api_keys import issue_api_key
from backoffice.log_in.second_factor import CHECKED_AT, HAS
from backoffice.roles import PURPOSES
from core import clock
from customers.models import Account, Application, Merchant
from operations.factories import (
    ALL_SCOPES,
    AccountFactory,
    ApplicationFactory,
    MerchantFactory,
    OrganizationFactory,
    ServiceUserFactory,
    UserFactory,
)
from tests.backoffice.second_factors import add_app
from tests.service_users import PASSWORD
from tests.tokens import issue_test_token
from tests.who_may_what.kinds import KEY, NOBODY, PERSON, PROGRAM, STAFF, TOKEN, Headers, Principal
from tests.who_may_what.tenants import Tenant, write_basic

SELLING = f"{ALL_SCOPES} ledger_read payouts_manage"
LONG_RUN = 86_400  # Seconds in which the second factor of staff stays given.
METRICS_TOKEN = "a-token-of-who-reads-metrics"


@dataclass
class Cast:
    """Makes principals of two tenants and the marketplace."""

    own: Tenant
    foreign: Tenant

    def __post_init__(self) -> None:
        self.marketplace: Application = ApplicationFactory(marketplace=True)
        self.draft: Application = ApplicationFactory(organization=self.own.seller, draft=True)
        self.colleague = self.own.colleague
        self.clerk: Account = AccountFactory(organization=self.own.seller, has_billing_role=False)

    def assemble(self) -> list[Principal]:
        """Return all principals, each name once."""
        made = [Principal(NOBODY, NOBODY, {}), Principal("Prometheus", NOBODY, bear(METRICS_TOKEN))]
        for kind, makers in (
            (TOKEN, self._hold_tokens()),
            (KEY, self._hold_keys()),
            (PROGRAM, self._hold_passwords()),
            (PERSON, self._log_in()),
            (STAFF, self._log_in_as_staff()),
        ):
            made += [Principal(name, kind, *rest) for name, rest in makers.items()]
        assert len({each.name for each in made}) == len(made)
        return made

    def _hold_tokens(self) -> dict[str, tuple[Any, ...]]:
        return self._hold_ended_tokens() | self._act_as_buyers() | self._act_as_operators_and_sellers()

    def _hold_ended_tokens(self) -> dict[str, tuple[Any, ...]]:
        own = self.own
        switched_off = ApplicationFactory(organization=own.seller, is_active=False)
        left = AccountFactory(organization=own.buyer, user__is_active=False)
        return {
            "made-up token": (bear(secrets.token_urlsafe(24)),),
            "expired token": (bear(issue_test_token(own.account, own.app, hours=-1)),),
            "revoked token": (bear(revoke(issue_test_token(own.account, own.app))),),
            "token of a switched-off app": act(own.account, switched_off),
            "token of a deactivated person": act(left, own.app),
        }

    def _act_as_buyers(self) -> dict[str, tuple[Any, ...]]:
        own, foreign, market = self.own, self.foreign, self.marketplace
        return {
            "buyer by the app": act(own.account, own.app),
            "buyer by the app, LiveChat only": act(own.account, own.app, "billing_manage"),
            "buyer by the app, HelpDesk only": act(own.account, own.app, "billing--all:rw"),
            "buyer by the app, ledger_read only": act(own.account, own.app, "ledger_read"),
            "buyer by the app, payouts_manage only": act(own.account, own.app, "payouts_manage"),
            "buyer by the app, no scope": act(own.account, own.app, "introspection"),
            "colleague without the role by the app": act(self.colleague, own.app),
            "buyer by another app": act(own.account, foreign.app, tenant=""),
            "another buyer by the app": act(foreign.account, own.app, tenant=""),
            "buyer by an app in test mode": act(own.account, self.draft, tenant=""),
            "test buyer by the app": act(own.test_account, own.app, tenant=""),
            "buyer by the marketplace": act(own.account, market),
            "colleague without the role by the marketplace": act(self.colleague, market),
            "another buyer by the marketplace": act(foreign.account, market, tenant="foreign"),
            "buyer by the marketplace, billing_admin": act(own.account, market, "billing_admin"),
        }

    def _act_as_operators_and_sellers(self) -> dict[str, tuple[Any, ...]]:
        own, foreign, market = self.own, self.foreign, self.marketplace
        operator = AccountFactory(organization=market.organization)
        roleless = AccountFactory(organization=market.organization, has_billing_role=False)
        return {
            "operator, billing_admin": act(operator, market, "billing_admin", "every"),
            "operator without the role, billing_admin": act(roleless, market, "billing_admin", "every"),
            "operator by the app, billing_admin": act(operator, own.app, "billing_admin"),
            "seller": act(own.owner, own.app, SELLING),
            "seller, ledger_read only": act(own.owner, own.app, "ledger_read"),
            "seller, payouts_manage only": act(own.owner, own.app, "payouts_manage"),
            "seller, LiveChat only": act(own.owner, own.app, "billing_manage"),
            "seller's member without the role": act(self.clerk, own.app, SELLING),
            "another seller": act(foreign.owner, foreign.app, SELLING, "foreign"),
        }

    def _hold_keys(self) -> dict[str, tuple[Any, ...]]:
        closed: Merchant = MerchantFactory(is_active=False)
        return {
            "made-up key": ({"Authorization": write_basic("bk_live_made_up")},),
            "replaced key": ({"Authorization": write_basic(replace_key(MerchantFactory()))},),
            "key of a closed company": ({"Authorization": write_basic(issue_api_key(closed))},),
            "company": ({"Authorization": write_basic(self.own.billy_key)}, "own"),
            "another company": ({"Authorization": write_basic(self.foreign.billy_key)}, "foreign"),
        }

    def _hold_passwords(self) -> dict[str, tuple[Any, ...]]:
        own = self.own.merchant
        ServiceUserFactory(username="api-off", merchants=[own], is_active=False)
        ServiceUserFactory(username="api-closed", merchants=[MerchantFactory(is_active=False)])
        ServiceUserFactory(username="api-of-none")

        def send(username: str, password: str = PASSWORD) -> Headers:
            return {"Authorization": write_basic(username, password)}

        return {
            "unknown program": (send("api-unknown"),),
            "program with a wrong password": (send(self.own.username, "wrong"),),
            "deactivated program": (send("api-off"),),
            "program of a closed merchant": (send("api-closed"),),
            "program of no merchant": (send("api-of-none"),),
            "program": (send(self.own.username), "own"),
            "another program": (send(self.foreign.username), "foreign"),
        }

    def _log_in(self) -> dict[str, tuple[Any, ...]]:
        own, seller = self.own, self.own.seller
        billing = AccountFactory(organization=seller)
        developer = AccountFactory(organization=seller, developer=True)
        left = AccountFactory(organization=own.buyer)
        ended = sit_down(own.account.user)
        Client(headers=ended).post("/logout/")
        people = {
            "buyer": (own.account, "own"),
            "colleague without the role": (self.colleague, "own"),
            "another buyer": (self.foreign.account, "foreign"),
            "owner of the seller": (own.owner, "own"),
            "billing of the seller": (billing, "own"),
            "developer of the seller": (developer, "own"),
            "member of the seller without a role": (self.clerk, "own"),
            "owner of another seller": (self.foreign.owner, "foreign"),
            "test buyer": (own.test_account, ""),
            "operator": (AccountFactory(organization=self.marketplace.organization), ""),
            "stranger with an account": (AccountFactory(organization=OrganizationFactory()), ""),
        }
        made: dict[str, tuple[Any, ...]] = {
            name: (sit_down(account.user), tenant) for name, (account, tenant) in people.items()
        }
        made |= {"ended session": (ended,), "deactivated person": (sit_down(left.user), "")}
        left.user.is_active = False
        left.user.save()
        return made

    def _log_in_as_staff(self) -> dict[str, tuple[Any, ...]]:
        def join(name: str, *, role: str = "", factor: bool = True, **traits: Any) -> Any:
            user = UserFactory(username=name.replace(" ", "-").replace(",", ""), staff=True, **traits)
            if role:
                user.groups.add(Group.objects.get(name=role))
            if factor:
                add_app(user)
            checked = {CHECKED_AT: clock.now().timestamp() + LONG_RUN} if factor else {}
            return sit_down(user, **checked), "every"

        made = {role: join(role, role=role) for role in PURPOSES}
        made |= {
            "Finance without a second factor": join("Finance w", role="Finance", factor=False),
            "staff without a role": join("staff without"),
            "superuser": join("super", superuser=True),
            "superuser without a second factor": join("super without", factor=False, superuser=True),
            "superuser who owes the second factor": self._owe(),
            "deactivated superuser": join("super gone", superuser=True),
        }
        User.objects.filter(username="super-gone").update(is_active=False)
        return made

    def _owe(self) -> Any:
        user = UserFactory(username="super-owes", superuser=True)
        add_app(user)
        return sit_down(user, **{HAS: True}), "every"


def bear(token: str) -> Headers:
    """Return the header of a bearer token."""
    return {"Authorization": f"Bearer {token}"}


def act(
    account: Account, app: Application, scopes: str = ALL_SCOPES, tenant: str = "own"
) -> tuple[Headers, str]:
    """Return what an app sends that acts for an account of a tenant."""
    return bear(issue_test_token(account, app, scopes)), tenant


def revoke(token: str) -> str:
    """Take the token back that was issued last."""
    AccessToken.objects.latest("id").delete()
    return token


def replace_key(merchant: Merchant) -> str:
    """Return a key of a merchant that has another one since."""
    key = issue_api_key(merchant)
    merchant.api_keys.update(revoked_at=clock.now())
    issue_api_key(merchant)
    return key


def sit_down(user: User, **session: Any) -> Headers:
    """Log somebody in, and return the cookie."""
    browser = Client()
    browser.force_login(user)
    if session:
        held = browser.session
        held.update(session)
        held.save()
    return {"Cookie": f"session={browser.cookies['session'].value}"}
