"""Admin page of the audit log: every act of staff, whoever did it, and nobody changes it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest

from access.user_names import normalize_user_name
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.filters import filter_days
from backoffice.columns import instant, link_to
from customers.models import AuditLine


class KindFilter(admin.SimpleListFilter):
    """About which kind of thing."""

    title = "about"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds that have pages here."""
        pages = {page.opts.label_lower: str(page.opts.verbose_name) for page in admin.site._registry.values()}
        return sorted(pages.items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditLine]) -> QuerySet[AuditLine]:
        """Keep the lines about one kind."""
        kind = self.value()
        if not kind:
            return queryset
        label, _, model = kind.partition(".")
        return queryset.filter(content_type__app_label=label, content_type__model=model)


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin):
    """Who of the staff did what, when and why: acts, forms, log-ins, second factors, downloads."""

    at = instant("action_time", "when")
    list_display = ("at", "user", "words", "about", "kind")
    list_select_related = ("user", "content_type")
    list_filter = (filter_days("action_time", "day"), KindFilter)
    linked_filters = ("user__id__exact", "content_type__id__exact", "object_id__exact")
    day_field = "action_time"
    search_fields = ("user__username",)
    search_help_text = "User name of who did it, or of whom it is about"
    fields = ("at", "user", "words", "about", "kind")
    readonly_fields = ("at", "words", "about", "kind")

    def find(self, term: str) -> Q:
        """Find by person."""
        people = User.objects.filter(username__in=[term, normalize_user_name(term)])
        names = people.annotate(name=Cast("pk", TextField())).values("name")
        about = Q(content_type=ContentType.objects.get_for_model(User), object_id__in=names)
        return Q(user__in=people) | about

    @admin.display(description="what")
    def words(self, line: AuditLine) -> str:
        """Show what was done, with old and new values and the reason."""
        said = line.get_change_message() or "changed"
        return f"Added. {said}" if line.action_flag == ADDITION else said[:1].upper() + said[1:]

    @admin.display(description="about")
    def about(self, line: AuditLine) -> str:
        """Link to the row, by the name that it had."""
        model = line.content_type.model_class() if line.content_type else None
        pk = line.object_id or ""
        if model not in admin.site._registry or not pk.isdecimal():
            return line.object_repr
        return link_to(model(pk=int(pk)), line.object_repr) or line.object_repr

    @admin.display(description="kind")
    def kind(self, line: AuditLine) -> str:
        """Show which kind of thing it is about."""
        return line.content_type.name if line.content_type else "download"
