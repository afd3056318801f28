"""manage.py update_translations: bring the catalogues of all languages up to date with the source."""

from typing import Any

from django.core.management.base import BaseCommand

from operations.translations import find_messages, list_translated, write_catalogue


class Command(BaseCommand):
    """Write locale/<language>/LC_MESSAGES/django.po and .mo; new messages are left empty in the .po."""

    help = str(__doc__)
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Extract, update and compile."""
        found = find_messages()
        for language in list_translated():
            write_catalogue(language, found)
            self.stdout.write(f"{language}: up to date")
