"""Admin page of card testing: whose tries of cards were refused."""

from django.contrib import admin
from django.db.models import Q

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.admin.looks import LookFilter
from backoffice.columns import instant
from backoffice.questions import SLOWED_LATELY
from backoffice.search.lists import find_card_testing
from charges.models import CardTesting


class LatelyFilter(LookFilter):
    """Whose tries were refused lately."""

    title = "lately"
    questions = (SLOWED_LATELY,)


@admin.register(CardTesting)
class CardTestingAdmin(ReadOnlyAdmin):
    """Callers, addresses, customers and cards that were told to wait, for 30 days."""

    list_display = (
        *("subject", "kind", "caller", "tries", "cards", "declines", "refusals"),
        *("since_when", "last_refused"),
    )
    list_filter = (LatelyFilter, "kind")
    search_fields = ("subject",)
    search_help_text = "A service user, a merchant's id, an address or a customer's id"
    since_when = instant("since", "refused since")
    last_refused = instant("last_refused_at", "last refused")

    def find(self, term: str) -> Q:
        """Find by whom tries are counted for."""
        return find_card_testing(term)
