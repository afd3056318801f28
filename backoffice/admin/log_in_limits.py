"""Admin page of log-in limits: names, addresses and devices with wrong passwords."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from access.log_in_limits import open_log_in
from access.log_in_rules import CounterKind
from access.models import LogInCounter
from backoffice.admin.base import ReadOnlyAdmin
from backoffice.columns import instant
from core import clock


@admin.register(LogInCounter)
class LogInCounterAdmin(ReadOnlyAdmin):
    """Wrong passwords in a row; a name that is locked can be opened."""

    list_display = ("subject", "kind", "failures", "last_try", "is_locked")
    last_try = instant("last_try_at", "last try")
    list_filter = ("kind",)
    search_fields = ("subject",)
    search_help_text = "A user name or an address"
    actions = ("open_names",)

    def find(self, term: str) -> Q:
        """Find by name or address."""
        return Q(kind__in=CounterKind.values, subject__in=[term, term.lower()])

    @admin.display(boolean=True, description="locked")
    def is_locked(self, counter: LogInCounter) -> bool:
        """Say whether the name is closed to strangers now."""
        return counter.is_locked_at(clock.now())

    @admin.action(description="Open the log-in of these names", permissions=["open"])
    def open_names(self, request: HttpRequest, queryset: QuerySet[LogInCounter]) -> None:
        """Forget their wrong passwords."""
        names = queryset.filter(kind=CounterKind.NAME).values_list("subject", flat=True)
        opened = [name for name in names if open_log_in(name=name)]
        self.message_user(request, f"{len(opened)} opened: {', '.join(opened)}", messages.SUCCESS)

    def has_open_permission(self, request: HttpRequest) -> bool:
        """Say whether somebody may open log-ins."""
        return request.user.has_perm("access.open_log_in")
