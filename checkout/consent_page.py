"""The page on which a person lets an application act in their name."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from oauth2_provider.views import AuthorizationView

from checkout.headers import protect, protected
from core.urls import read_origin


@method_decorator(protected, name="dispatch")
class ConsentPage(AuthorizationView):
    """OAuth's authorization endpoint in our clothes."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Render with a policy that lets the form's answer lead back to the application."""
        response = cast(TemplateResponse, super().render_to_response(context, **kwargs)).render()
        # Only a request that passed the library's checks puts an address here.
        address = self.oauth2_data.get("redirect_uri")
        return protect(response, forms_to=[read_origin(urlsplit(address))] if address else [])
