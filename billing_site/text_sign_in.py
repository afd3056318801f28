"""Text's sign-in: its paths and shapes as a further door of the same OAuth server."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from rest_framework.request import Request
from rest_framework.response import Response

from access.oauth.held_tokens import describe_held_token, revoke_held_token
from billing_site.oauth_views import TokenView, refuse
from checkout.see_other import SeeOther
from dialects.text.authentication import BearerAuthentication
from dialects.text.errors import TextViewSet

ADDED = ("account_id", "organization_id", "scope")
SEPARATORS = re.compile("[ ,]+")


def is_sign_in(request: HttpRequest) -> bool:
    """Say whether a request for the root path is one for authorization."""
    is_read = request.method in ("GET", "HEAD")
    return is_read and "response_type" in request.GET and "id" not in request.GET


def send_to_consent(request: HttpRequest) -> HttpResponse:
    """Lead a request for authorization to the page that asks the person, in the words of that page."""
    query = request.GET.copy()
    if "scope" in query:
        query.setlist("scope", [" ".join(SEPARATORS.split(scope)) for scope in query.getlist("scope")])
    if query.getlist("code_challenge_method") == ["s256"]:
        query["code_challenge_method"] = "S256"
    return SeeOther(f"{reverse('oauth2_provider:authorize')}?{query.urlencode()}")


class TextTokenView(TokenView):
    """Gives tokens in Text's shape, and ends them."""

    http_method_names = ["post", "delete"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with whose the tokens are, and with scopes between commas."""
        response = super().post(request, *args, **kwargs)
        if response.status_code == 200:
            tokens = json.loads(response.content)
            held = describe_held_token(tokens["access_token"])
            response.content = json.dumps(tokens | {name: held[name] for name in ADDED})
        return response

    def delete(self, request: HttpRequest) -> HttpResponse:
        """Revoke the bearer token or, as Text has it, the one in the query."""
        token = request.GET.get("code") or read_bearer_token(request)
        if not token:
            response = refuse("invalid_token", "A bearer token or the parameter code is needed.", status=401)
            response["WWW-Authenticate"] = 'Bearer realm="billing"'
            return response
        revoke_held_token(token)
        return HttpResponse("{}")


class TokenInfoViewSet(TextViewSet):
    """Tells the holder of a token about it."""

    schema = None  # The description at /docs/ is of charges and ledger.
    authentication_classes = [BearerAuthentication]

    def retrieve(self, request: Request) -> Response:
        """Describe the bearer token."""
        headers = {"Cache-Control": "no-store"}
        return Response(describe_held_token(read_bearer_token(request)), headers=headers)


def read_bearer_token(request: HttpRequest | Request) -> str:
    """Return the token in the Authorization header, empty without one."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


urlpatterns = [
    path("v2/token", TextTokenView.as_view()),
    path("v2/token/", TextTokenView.as_view()),
    path("v2/info", TokenInfoViewSet.as_view({"get": "retrieve"})),
    path("v2/info/", TokenInfoViewSet.as_view({"get": "retrieve"})),
]
