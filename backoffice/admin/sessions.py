"""Admin page of the open sessions of staff."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from access.models import OpenSession
from access.open_sessions import end_session
from access.second_factors.mails import ADMINISTER_STAFF
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.audit import note_act
from backoffice.columns import instant


@admin.register(OpenSession)
class OpenSessionAdmin(ReadOnlyAdmin):
    """Browsers in which somebody of the staff is logged in now."""

    grants = ()
    own_permissions = ("administer_staff",)
    began = instant("began_at", "since")
    list_display = ("user", "agent", "address", "began")
    list_select_related = ("user",)
    list_display_links = None
    fields = ("user", "agent", "address", "began")
    search_fields = ("address",)
    search_help_text = "User name, or the address"
    actions = ("end",)

    def find(self, term: str) -> Q:
        """Find by person or address."""
        return Q(user__username=term) | Q(address=term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OpenSession]:
        """Show what is open, of staff."""
        return OpenSession.objects.live().filter(user__is_staff=True).select_related("user")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say whether this person may see who is logged in."""
        return request.user.has_perm(ADMINISTER_STAFF)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Ask for no permission of this app: the one to see sessions is of another."""
        return True

    @admin.action(description="End these sessions", permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[OpenSession]) -> None:
        """Log these browsers out; ending a session of a superuser is for superusers."""
        person = cast(User, request.user)
        rows = [row for row in queryset if person.is_superuser or not row.user.is_superuser]
        for row in rows:
            end_session(row.user_id, row.public_id)
            where = f"{row.agent or 'unknown browser'}, {row.address}"
            note_act(person, row.user, f"ended a session: {where}")
        self.message_user(request, f"{len(rows)} ended.", messages.SUCCESS)
