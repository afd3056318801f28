"""The OAuth 2 endpoints: what django-oauth-toolkit leaves open is closed here."""

import json
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider import views
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.http import OAuth2ResponseRedirect
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request as OAuthRequest
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from access.oauth.access_tokens import describe_token
from access.oauth.scopes import list_permitted
from charges.requests.limits import add_to_query
from checkout.consent_page import ConsentPage
from core.urls import is_safe_redirect
from customers.models import Account, Application

CODE_ONLY = "There is no implicit grant here: ask with response_type=code and a code_challenge of S256."
PLAIN_WORDS = re.compile("[A-Za-z ,._-]{1,150}")
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class AuthorizationView(ConsentPage):
    """Asks a person with an account whether an application may act for their organisation."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let only people with an account in, and always ask them, whatever the application says."""
        if BROKEN_ESCAPE.search(request.META.get("QUERY_STRING", "")):
            raise BadRequest("broken escape in the query")
        if request.user.is_authenticated and not Account.objects.filter(user=request.user).exists():
            raise PermissionDenied("This login has no account in an organisation.")
        if "approval_prompt" in request.GET:
            parameters = request.GET.copy()
            del parameters["approval_prompt"]
            request.GET = parameters  # type: ignore[assignment]
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def handle_no_permission(self) -> Any:
        """Refuse what nobody could grant at once; have a stranger log in for the rest."""
        if self.request.method in ("GET", "HEAD"):
            try:
                self.validate_authorization_request(self.request)
            except OAuthToolkitError as error:
                return self.error_response(error, application=None)
        return super().handle_no_permission()

    def validate_authorization_request(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        """Return scopes and credentials. Raises OAuthToolkitError, for scopes of others too."""
        scopes, credentials = super().validate_authorization_request(request)
        asked, user = credentials["request"], request.user
        if user.is_authenticated and not set(scopes) <= set(list_permitted(asked.client, user)):
            raise OAuthToolkitError(error=InvalidScopeError(request=asked))
        return scopes, credentials

    def form_valid(self, form: Any) -> HttpResponse:
        """Answer the application, if this is one and the address is its own."""
        client_id = form.cleaned_data["client_id"]
        application = Application.objects.filter(client_id=client_id, is_active=True).first()
        address = self.request.POST.get("redirect_uri", "")  # The form would strip it.
        if not (application and application.redirect_uri_allowed(address)):
            raise BadRequest("not the address of an application")
        response: HttpResponse = super().form_valid(form)
        return response

    def error_response(  # type: ignore[override]  # The library's view differs from its own mixin.
        self, error: Any, application: Application | None, **kwargs: Any
    ) -> HttpResponse:
        """Answer an error; developers who ask for a token at once are told what to ask for instead."""
        if error.oauthlib_error.error == "unsupported_response_type":
            error.oauthlib_error.description = CODE_ONLY
        response: HttpResponse = super().error_response(error, application, **kwargs)
        return response

    def redirect(self, redirect_to: str, application: Application | None) -> HttpResponse:
        """Redirect to an address that the validator has found to be registered, http only on loopback.

        A refusal names the issuer as a code does (RFC 9207); the library adds it to codes only.
        """
        address = add_to_query(redirect_to, iss=settings.BASE_URL)
        return OAuth2ResponseRedirect(address, ["https", "http"] if is_safe_redirect(address) else [])


@method_decorator(csrf_exempt, name="dispatch")
class JsonEndpoint(View):
    """Takes form parameters from a POST body, never from the address, and answers JSON that is not kept."""

    http_method_names = ["post"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with JSON whatever happens."""
        if request.method == "POST" and request.META.get("QUERY_STRING"):
            response = refuse("invalid_request", "Parameters belong into the body.")
        elif any("\0" in value for _, values in request.POST.lists() for value in values):
            response = refuse("invalid_request", "A parameter contains NUL.")
        else:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        if response.status_code >= 400:
            request.refusal = describe_refusal(response.content)
        response["Content-Type"] = "application/json"
        response["Cache-Control"] = "no-store"
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse another method."""
        allowed = ", ".join(method.upper() for method in self.http_method_names)
        response = refuse("invalid_request", f"Only {allowed} is possible here.", status=405)
        response["Allow"] = allowed
        return response


class TokenView(JsonEndpoint, views.TokenView):
    """Gives tokens for a code or a refresh token."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the request; the device grant of the parent is not offered."""
        response: HttpResponse = self.authorization_flow_token_response(request)
        return response


class RevokeTokenView(JsonEndpoint, views.RevokeTokenView):
    """Revokes a token of the application that asks for it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revoke, and answer an empty object."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        response.content = response.content or b"{}"
        return response


class IntrospectTokenView(JsonEndpoint, OAuthLibMixin):
    """Tells a confidential application about a token (RFC 7662)."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Describe the token in the body to the application that identifies itself."""
        client = self._find_client(request)
        if client is None:
            response = refuse("invalid_client", "An application's id and secret are needed.", status=401)
            response["WWW-Authenticate"] = 'Basic realm="billing"'
            return response
        if not (value := request.POST.get("token")):
            return refuse("invalid_request", "Missing token parameter.")
        return JsonResponse(describe_token(value, asked_by=client))

    def _find_client(self, request: HttpRequest) -> Application | None:
        core = self.get_oauthlib_core()
        asked = OAuthRequest(*core._extract_params(request))
        if not core.server.request_validator.authenticate_client(asked):
            return None
        return asked.client if asked.client.client_type == Application.CLIENT_CONFIDENTIAL else None


def describe_refusal(content: bytes) -> str:
    """Return why OAuth refused, for the request log, without a description that may quote what was sent."""
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        return ""
    error, description = (str(body.get(name, "")) for name in ("error", "error_description"))
    return f"{error}: {description}" if PLAIN_WORDS.fullmatch(description) else error


def refuse(error: str, description: str, *, status: int = 400) -> HttpResponse:
    """Return an error as RFC 6749 has it."""
    return HttpResponse(json.dumps({"error": error, "error_description": description}), status=status)
