"""What the roles of staff may do, in words, from the permissions that they have now."""

from collections.abc import Iterator
from typing import NamedTuple

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

MOST_ROLES = 50
PURPOSES = {
    "Viewer": "Sees money, buyers, sellers, the books and the audit log, and changes nothing.",
    "Support": "Helps buyers: sees what they bought, sends mails again, opens log-ins and cancels "
    "subscriptions. Gives no money back and sees no books.",
    "Finance": "Works with money: refunds, payouts, corrections, months. What needs a second person is only "
    "asked for; it never approves. Sees the audit log and the requests of programs.",
    "Approver": "The second person: approves or rejects what others ask for, and can ask for nothing. Sees "
    "the audit log.",
    "Developer": "Sees requests, events and what was bought, and repairs webhooks.",
    "Administrator": "Looks after people: registers buyers and sellers, gives roles to staff, ends sessions, "
    "takes lost second factors away, reads the audit log. Moves no money.",
}


class Line(NamedTuple):
    """Something that can be done, and for each role whether it may."""

    words: str
    given: list[bool]


class Section(NamedTuple):
    """What can be done on the pages of one kind of thing."""

    title: str
    lines: list[Line]


def list_offered() -> Q:
    """Return which permissions let people do something on a page of the admin."""
    return Q(*map(_list_granted, admin.site._registry.values()), _connector=Q.OR)


def explain_roles() -> tuple[list[tuple[Group, str]], list[Section]]:
    """Return the groups there are with what each is for, and what each may do."""
    groups = list(Group.objects.order_by("pk").prefetch_related("permissions")[:MOST_ROLES])
    has = [{permission.pk for permission in group.permissions.all()} for group in groups]
    named = [(group, PURPOSES.get(group.name, "A role of this installation.")) for group in groups]
    return named, list(_write_sections(has))


def _write_sections(has: list[set[int]]) -> Iterator[Section]:
    permissions = Permission.objects.filter(list_offered()).select_related("content_type")
    titles = {page.opts.label_lower: str(page.opts.verbose_name_plural) for page in _list_pages()}
    sections: dict[str, list[Line]] = {}
    for each in permissions.order_by("content_type__app_label", "content_type__model", "-codename"):
        kind = f"{each.content_type.app_label}.{each.content_type.model}"
        line = Line(each.name.removeprefix("Can ").capitalize(), [each.pk in pks for pks in has])
        sections.setdefault(titles.get(kind, "staff").capitalize(), []).append(line)
    for title, lines in sections.items():
        yield Section(title, lines)


def _list_pages() -> list[admin.ModelAdmin]:
    return list(admin.site._registry.values())


def _list_granted(page: admin.ModelAdmin) -> Q:
    """Return which permissions let people do something on the pages of a model."""
    named = {codename for codename, _ in page.opts.permissions}
    named |= set(getattr(page, "own_permissions", ()))
    grants: tuple[str, ...] = getattr(page, "grants", ())
    usual = {get_permission_codename(does, page.opts) for does in grants}
    return Q(content_type__app_label=page.opts.app_label, codename__in=named | usual)
