"""Who acts in the demo's story: made at its beginning, found by their names later."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Permission, User

from access.oauth.bearer_tokens import Caller
from customers.models import Account, Application
from operations.demo import Tenant, provide_account
from operations.demo_history.story import BUYERS, SELLERS
from operations.factories import ApplicationFactory, CallerFactory, PayoutAccountFactory, UserFactory


@dataclass(slots=True)
class People:
    """The accounts of buyers and sellers and the sellers' apps, by their names in the story."""

    buyers: dict[str, Account]
    sellers: dict[str, Account]
    apps: dict[str, Application]
    staff: User
    _callers: dict[tuple[str, str], Caller] = field(default_factory=dict)

    def find_caller(self, buyer: str, app: str) -> Caller:
        """Return an app that acts for a buyer, by one token for the whole story."""
        if (buyer, app) not in self._callers:
            self._callers[buyer, app] = CallerFactory.create(
                account=self.buyers[buyer], application=self.apps[app]
            )
        return self._callers[buyer, app]


def make_people() -> People:
    """Find the demo's own tenants and make the others; sellers say where their payouts go."""
    sellers = {name: provide_account(tenant, sells=True) for name, tenant in SELLERS.items()}
    people = People(
        buyers={name: provide_account(tenant) for name, tenant in BUYERS.items()},
        sellers=sellers,
        apps={name: _provide_app(tenant, sellers[name]) for name, tenant in SELLERS.items()},
        staff=_make_clerk(),
    )
    for tenant, account in zip(SELLERS.values(), sellers.values(), strict=True):
        PayoutAccountFactory.create(
            organization=account.organization,
            holder=tenant.organization,
            without_iban=True,
            currency=settings.DEFAULT_CURRENCY,
            since=timedelta(0),
        )
    return people


def _provide_app(tenant: Tenant, account: Account) -> Application:
    app = Application.objects.filter(client_id=tenant.client_id).first()
    return app or ApplicationFactory.create(
        client_id=tenant.client_id,
        name=f"{tenant.organization} app",
        organization=account.organization,
        author_email=tenant.email,
    )


def _make_clerk() -> User:
    """Make the person of the staff who does what the story tells; nobody can log in as her."""
    clerk = UserFactory.create(username="rosa", email="rosa@demo-marketplace.example", staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="approve_money"))
    return clerk
