"""Buttons and forms of a merchant's admin page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages
from backoffice.admin.merchant_acts import ACTS, CLOSE, OPEN, PAYOUTS, REPLACE_KEY, REVOKE
from core.guids import COMPANY, write_guid


class MerchantPages(ActPages):
    """The buttons on a merchant's page, for who may change merchants."""

    grants = ("view", "change")
    acts = ACTS
    actions_detail = ("payouts", "replace_key", "revoke", "close", "open")

    @action(
        description=PAYOUTS.title, url_path="payouts", permissions=["manage"], variant=ActionVariant.PRIMARY
    )
    def payouts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say whether and how much it may pay out."""
        return self.show_act(request, object_id, PAYOUTS)

    @action(description=REPLACE_KEY.title, url_path="replace-key", permissions=["manage"])
    def replace_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give it another credential at the processor."""
        return self.show_act(request, object_id, REPLACE_KEY)

    @action(description=REVOKE.title, url_path="revoke", permissions=["manage"], variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make an API key useless."""
        return self.show_act(request, object_id, REVOKE)

    @action(description=CLOSE.title, url_path="close", permissions=["manage"], variant=ActionVariant.DANGER)
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let none of its keys open the API."""
        return self.show_act(request, object_id, CLOSE)

    @action(description=OPEN.title, url_path="open", permissions=["manage"], variant=ActionVariant.PRIMARY)
    def open(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let its keys open the API again."""
        return self.show_act(request, object_id, OPEN)

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may do any of it."""
        return request.user.has_perm("customers.change_merchant")

    def list_facts(self, subject: Any) -> list[str]:
        """Name a merchant by its organisation and its ids."""
        return [str(subject.organization), write_guid(COMPANY, subject.public_id), str(subject.public_id)]
