"""Buttons and forms of a merchant's admin page."""

from typing import Any

from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages, button
from backoffice.admin.merchant_acts import ACTS, CLOSE, OPEN, PAYOUTS, REPLACE_KEY, REVOKE
from core.billy_guids import COMPANY, write_guid


class MerchantPages(ActPages):
    """The buttons on a merchant's page, for who may change merchants."""

    grants = ("view", "change")
    acts = ACTS
    actions_detail = ("payouts", "replace_key", "revoke", "close", "open")

    payouts = button(PAYOUTS, needs="manage", variant=ActionVariant.PRIMARY)
    replace_key = button(REPLACE_KEY, needs="manage")
    revoke = button(REVOKE, needs="manage", variant=ActionVariant.DANGER)
    close = button(CLOSE, needs="manage", variant=ActionVariant.DANGER)
    open = button(OPEN, needs="manage", variant=ActionVariant.PRIMARY)

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may do any of it."""
        return request.user.has_perm("customers.change_merchant")

    def list_facts(self, subject: Any) -> list[str]:
        """Name a merchant by its organisation and its ids."""
        return [str(subject.organization), write_guid(COMPANY, subject.public_id), str(subject.public_id)]
