"""What the OAuth 2 server can do, for programs that set themselves up by it (RFC 8414).

There is no OpenID Connect here, so there is no /.well-known/openid-configuration either.
"""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

WITH_SECRET = ["client_secret_basic", "client_secret_post"]
ANY_CLIENT = [*WITH_SECRET, "none"]
ENDPOINTS = {"authorization": "authorize", "token": "token", "revocation": "revoke-token"}


@require_safe
@cache_control(public=True, max_age=300)
def describe_server(request: HttpRequest) -> JsonResponse:
    """Answer with the metadata; pages of every origin may read them."""
    provider = settings.OAUTH2_PROVIDER
    metadata = {
        "issuer": settings.BASE_URL,
        **{f"{name}_endpoint": _write_url(view) for name, view in ENDPOINTS.items()},
        "introspection_endpoint": _write_url("introspect"),
        "scopes_supported": [*provider["SCOPES"]],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ANY_CLIENT,
        "revocation_endpoint_auth_methods_supported": ANY_CLIENT,
        "introspection_endpoint_auth_methods_supported": WITH_SECRET,
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{settings.BASE_URL}/docs/guides/oauth/",
    }
    return JsonResponse(metadata, headers={"Access-Control-Allow-Origin": "*"})


def _write_url(view: str) -> str:
    return settings.BASE_URL + reverse(f"oauth2_provider:{view}")


urlpatterns = [path("oauth-authorization-server", describe_server)]
