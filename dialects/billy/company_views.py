"""Companies: registering, which needs no key, and looking at one's own."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from access.api_keys import show_api_key
from access.registration import register_merchant
from core.client_address import is_on_this_machine
from dialects.billy.forms import CompanyForm
from dialects.billy.records import COMPANY
from dialects.billy.rendering import render_company
from dialects.billy.views import BillyViewSet, answer
from dialects.throttling import AddressThrottle


class RegistrationThrottle(AddressThrottle):
    """Counts the companies that an address asks for."""

    scope = "company_creation"

    def get_rate(self) -> str:
        """Return how many, such as 1000/hour."""
        return str(settings.COMPANY_CREATION_RATE)


class RegistrationViewSet(BillyViewSet):
    """The paths that need no key."""

    kind = COMPANY
    forms = {"create": CompanyForm}
    authentication_classes = []

    def get_throttles(self) -> list[BaseThrottle]:
        """Count what makes something."""
        return [RegistrationThrottle()] if self.action == "create" else super().get_throttles()

    def create(self, request: Request) -> HttpResponse:
        """Register a company and show its key."""
        fields = self.read()
        return answer(
            render_company(*register_merchant(**fields, from_this_machine=is_on_this_machine(request)))
        )

    def stub(self, request: Request) -> HttpResponse:
        """Answer null, as Billy did where it had meant to list companies."""
        return answer(None)


class CompanyViewSet(BillyViewSet):
    """A company looks at itself."""

    kind = COMPANY

    def retrieve(self, request: Request, guid: str) -> HttpResponse:
        """Show the company with its key."""
        merchant = self.get_own(guid)
        return answer(render_company(merchant, show_api_key(merchant)))
