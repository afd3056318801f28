"""Has the roots of days signed by a new key."""

from typing import Any

from django.core.management.base import BaseCommand

from ledger.day_trees.keys import replace_signing_key


class Command(BaseCommand):
    """The former public key stays published, for what it has signed."""

    help = "Sign the ledger's days with a new key from now on; the former public key stays published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace it and print the new public key."""
        self.stdout.write(f"{replace_signing_key().public_key} signs from now on.")
