"""Take the second factors of somebody away who has lost them, where nobody else can."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from access.second_factors.factors import has_factor, take_factors_away
from backoffice.audit import note_act


class Command(BaseCommand):
    """Forget the app, the passkeys and the recovery codes of a user."""

    help = "Take the second factors of a user away, whose device is lost; the sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take them away. Raises CommandError when there is no such user, or nothing to take away."""
        user = User.objects.filter(username=options["name"]).first()
        if user is None or not has_factor(user.pk):
            raise CommandError(f"{options['name']!r} has no second factor.")
        with transaction.atomic():
            take_factors_away(user.pk)
            note_act(user, user, "second factors taken away by manage.py reset_second_factor")
        self.stdout.write(f"{options['name']} logs in with the password alone, and adds a new one then.")
