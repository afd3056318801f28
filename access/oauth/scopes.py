"""OAuth scopes: their meaning, and the applications that may have each."""

from oauth2_provider.scopes import SettingsScopes

from customers.models import Application, Product

BILLING_ADMIN = "billing_admin"
LEDGER_READ = "ledger_read"
PRODUCT_SCOPES: dict[str, str] = {
    Product.LIVECHAT: "billing_manage",
    Product.HELPDESK: "billing--all:rw",
}


class ApplicationScopes(SettingsScopes):
    """Grants an application only the scopes that the operator gave it."""

    def get_available_scopes(
        self, application: Application | None = None, request: object = None, *args: object, **kwargs: object
    ) -> list[str]:
        """Return the scopes of this application; none without one."""
        if application is None:
            return []
        return [scope for scope in self.get_all_scopes() if scope in application.allowed_scopes]

    def get_default_scopes(
        self, application: Application | None = None, request: object = None, *args: object, **kwargs: object
    ) -> list[str]:
        """Return what an application gets when it names no scope: all it was given but billing_admin."""
        return [scope for scope in self.get_available_scopes(application) if scope != BILLING_ADMIN]
