"""List filter by the questions of every day, and the columns of what was accepted and not activated."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.columns import instant
from backoffice.questions import ACCEPTED, COLLECTING, LAPSED, Question

PARAMETER = "look"
WHAT_AND_WHO = ("name", "payer_link", "app_link", "in_mode", "short_id")


class LookFilter(admin.SimpleListFilter):
    """The rows that answer one question."""

    title = "needs a look"
    parameter_name = PARAMETER
    questions: ClassVar[tuple[Question, ...]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the questions."""
        return [(question.name, question.title) for question in self.questions]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that answer one."""
        found = [question for question in self.questions if question.name == self.value()]
        return queryset.filter(found[0].answer()) if found else queryset


class ChargeLookFilter(LookFilter):
    """What is collected next, and what buyers accepted and nobody activated."""

    questions = (COLLECTING, ACCEPTED, LAPSED)


class AcceptancePages(ReadOnlyAdmin):
    """Columns of an acceptance; a list shows them when it is asked for what was accepted.

    A subclass names its column of the amount.
    """

    amount_column = "total"

    decided = instant("decided_at", "decided")
    holds = instant("holds_until", "can start until")

    def choose_columns(self, request: HttpRequest) -> Sequence[Any]:
        """Show when it was accepted and until when that holds."""
        if request.GET.get(PARAMETER) not in (ACCEPTED.name, LAPSED.name):
            return super().choose_columns(request)
        return (self.amount_column, "decided", "holds", *WHAT_AND_WHO)
