"""OAuth scopes: their meaning, and the applications and people that may have each."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from oauth2_provider.scopes import SettingsScopes
from oauth2_provider.settings import oauth2_settings

from customers.models import BILLING_ADMIN, Account, Application, Product

LEDGER_READ = "ledger_read"
PAYOUTS_MANAGE = "payouts_manage"
PRODUCT_SCOPES: dict[str, str] = {
    Product.LIVECHAT: "billing_manage",
    Product.HELPDESK: "billing--all:rw",
}


def keep_permitted(scopes: Iterable[str], *, runs_marketplace: bool) -> list[str]:
    """Return the scopes without billing_admin, unless application and account both belong to the operator."""
    return [scope for scope in scopes if runs_marketplace or scope != BILLING_ADMIN]


def list_given(application: Application) -> list[str]:
    """Return the scopes that the operator gave an application, in the order of the settings."""
    return [scope for scope in oauth2_settings.SCOPES if scope in application.allowed_scopes]


def list_permitted(application: Application, user: User) -> list[str]:
    """Return the scopes that a person may grant an application.

    Until it is approved, people of other organisations let it ask for charges, which are tests, and no more.
    """
    given = list_given(application)
    if not application.is_approved and not _is_of_seller(user, application):
        given = [scope for scope in given if scope in PRODUCT_SCOPES.values()]
    if BILLING_ADMIN not in given:
        return given
    operators = Account.objects.filter(user_id=user.pk, organization__is_operator=True)
    runs_marketplace = application.organization.is_operator and operators.exists()
    return keep_permitted(given, runs_marketplace=runs_marketplace)


def _is_of_seller(user: User, application: Application) -> bool:
    return Account.objects.filter(user_id=user.pk, organization=application.organization_id).exists()


class ApplicationScopes(SettingsScopes):
    """Grants an application the scopes that the operator gave it, and billing_admin to the operator alone."""

    def get_available_scopes(
        self, application: Application | None = None, request: Any = None, *args: object, **kwargs: object
    ) -> list[str]:
        """Return the scopes of this application, for the person of the request if it has one already.

        There are none without an application.
        """
        if application is None:
            return []
        user = getattr(request, "user", None)
        if isinstance(user, User):
            return list_permitted(application, user)
        return list_given(application)

    def get_default_scopes(
        self, application: Application | None = None, request: object = None, *args: object, **kwargs: object
    ) -> list[str]:
        """Return what an application gets when it names no scope: all it was given but billing_admin.

        Until it is approved these are the ones for charges, which everybody may grant it, if it has any.
        """
        given = [scope for scope in self.get_available_scopes(application) if scope != BILLING_ADMIN]
        if application is None or application.is_approved:
            return given
        return [scope for scope in given if scope in PRODUCT_SCOPES.values()] or given
