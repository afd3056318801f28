"""Settings of the OAuth 2 server; docs/decisions/0006-oauth-settings.md gives the reason for each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

RFC9700 = (
    "IMPLICIT_GRANT",
    "PASSWORD_GRANT",
    "PKCE_METHOD",
    "ACCESS_TOKEN_TRANSPORT",
    "AUTHZ_RESPONSE_ISS",
    "TOKEN_STORAGE",
    "REFRESH_TOKEN",
    "REDIRECT_URI_SCHEME",
    "REDIRECT_URI_MATCHING",
    "PKCE_REQUIRED",
)
SCOPES = {
    "billing_manage": _("Make and manage charges for LiveChat apps that your organisation pays for"),
    "billing--all:rw": _("Make and manage charges for HelpDesk apps that your organisation pays for"),
    "billing_admin": _("Manage the charges of every application"),
    "ledger_read": _("Read your organisation's earnings and balance"),
    "payouts_manage": _("See and ask for payouts of your organisation's earnings, to its own account"),
}


def provider(*, issuer: str) -> dict[str, Any]:
    """Return OAUTH2_PROVIDER for the server at this address."""
    return {f"COMPLIANT_BCP_RFC9700_{gate}": True for gate in RFC9700} | {
        "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer",
        "OAUTH2_VALIDATOR_CLASS": "access.oauth.grants.StrictValidator",
        "OIDC_ISS_ENDPOINT": issuer,
        "SCOPES": SCOPES,
        "SCOPES_BACKEND_CLASS": "access.oauth.scopes.ApplicationScopes",
        "ACCESS_TOKEN_EXPIRE_SECONDS": 8 * 3600,
        "REFRESH_TOKEN_GENERATOR": "access.oauth.refresh_tokens.generate_refresh_token",
        "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 86_400,
        "ROTATE_REFRESH_TOKEN": True,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
        "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
        "PKCE_REQUIRED": True,
        "CLIENT_SECRET_HASHER": "pbkdf2_sha256_machine",
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
        "ALLOW_LOCALHOST_LOOPBACK": True,
        "ALLOW_URI_WILDCARDS": False,
        "ERROR_RESPONSE_WITH_SCOPES": False,
        "REQUEST_APPROVAL_PROMPT": "force",
        "OIDC_ENABLED": False,
        "DCR_ENABLED": False,
        "CIMD_ENABLED": False,
    }
