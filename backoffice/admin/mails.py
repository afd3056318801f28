"""Mails and what became of them, and addresses that get none."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from unfold.enums import ActionVariant

from backoffice.admin.acts import ActPages, button
from backoffice.admin.bulk_acts import BulkAct, BulkPages
from backoffice.admin.filters import ModeFilter, filter_days
from backoffice.admin.looks import LookFilter
from backoffice.admin.mail_acts import RESEND, UNBLOCK
from backoffice.columns import draw_badge, instant, link, mode
from backoffice.questions import GIVEN_UP, GIVEN_UP_LATELY, OVERDUE_MAILS, WAITING
from backoffice.search.lists import find_mails
from mail.models import BlockedAddress, Mail

COLOURS = {"waiting": "warning", "sent": "success", "failed": "danger", "withheld": "info"}


class OutcomeFilter(LookFilter):
    """Mails that have not gone out."""

    title = parameter_name = "outcome"
    questions = (WAITING, OVERDUE_MAILS, GIVEN_UP, GIVEN_UP_LATELY)


@admin.register(Mail)
class MailAdmin(BulkPages):
    """Who was mailed about what, and how that went. The words of mails are not kept."""

    bulk_acts = (BulkAct(RESEND, "resend"),)
    acts = (RESEND,)
    actions_detail = ("resend",)
    account_link = link("account", "account")
    app_link = link("application", "application")
    in_mode = mode(lambda mail: not mail.livemode)
    created = instant("created_at", "made")
    sent = instant("sent_at", "sent")
    failed = instant("failed_at", "given up")
    next_try = instant("due_at", "next try")
    list_display = ("kind", "address", "status", "in_mode", "created", "sent", "next_try")
    day_field = "created_at"
    list_filter = (filter_days("created_at", "day of making"), ModeFilter, OutcomeFilter)
    search_fields = ("address",)
    search_help_text = "Address, or the id of the charge, subscription, ... that it is about"
    readonly_fields = ("status",)
    fieldsets = (
        (
            None,
            {"fields": (("kind", "status"), ("address", "language"), ("account_link", "app_link"))},
        ),
        ("About", {"fields": (("object_id", "in_mode"), "cause", "facts")}),
        ("When", {"fields": (("created", "sent", "failed"), ("next_try", "tries", "failures", "resends"))}),
        ("What the mail server said", {"fields": ("trouble", "provider_id", "public_id")}),
    )

    def find(self, term: str) -> Q:
        """Find by address or object."""
        return find_mails(term)

    resend = button(RESEND, needs="resend", variant=ActionVariant.PRIMARY)

    def has_resend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may send again."""
        return request.user.has_perm("mail.resend_mail")

    def list_facts(self, subject: Mail) -> list[str]:
        """Name a mail by its kind and its address."""
        return [subject.get_kind_display(), subject.address]

    @admin.display(description="status")
    def status(self, mail: Mail) -> str:
        """Show how far it has come, and why it was withheld."""
        name = mail.name_status()
        words = f"Withheld: {mail.get_withheld_display()}" if mail.withheld else name.capitalize()
        return draw_badge(words, COLOURS[name])


@admin.register(BlockedAddress)
class BlockedAddressAdmin(ActPages):
    """Addresses to which nothing is sent."""

    acts = (UNBLOCK,)
    actions_detail = ("unblock",)
    blocked = instant("blocked_at", "since")
    lifted = instant("lifted_at", "lifted")
    list_display = ("address", "reason", "detail", "blocked", "lifted")
    search_fields = ("address",)
    search_help_text = "Address"
    fieldsets = ((None, {"fields": (("address", "reason"), "detail", ("blocked", "lifted"))}),)

    def find(self, term: str) -> Q:
        """Find by address."""
        return Q(address=term.lower())

    unblock = button(UNBLOCK, needs="unblock", variant=ActionVariant.PRIMARY)

    def has_unblock_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may do that."""
        return request.user.has_perm("mail.unblock_address")

    def list_facts(self, subject: BlockedAddress) -> list[str]:
        """Name it."""
        return [subject.address, subject.get_reason_display()]
