"""manage.py setup: ask an operator for what a new installation needs."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import BillingError
from operations.setup import Answers, set_up

QUESTIONS = {
    "organization": "Name of your organisation, which runs the marketplace",
    "admin_email": "E-mail of the first administrator",
    "app_name": "Name of the first application",
    "redirect_uri": "Where its log-in returns to, such as https://app.example/callback",
}


class Command(BaseCommand):
    """Make the operator's organisation, the first administrator and the first application."""

    help = "Set a new installation up: organisation, first administrator, first application. Once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let each answer be given beforehand; the password is always asked for."""
        for name, question in QUESTIONS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=question)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, make them and print the secret, once. Raises CommandError, and then nothing was made."""
        answers = {name: options[name] or input(f"{question}: ") for name, question in QUESTIONS.items()}
        password = getpass("Password of the administrator: ")
        if password != getpass("The same again: "):
            raise CommandError("The passwords differ; nothing was made.")
        try:
            made = set_up(Answers(**answers, admin_password=password))
        except BillingError as error:
            field = getattr(error, "field", None)
            raise CommandError(f"{field}: {error}" if field else str(error)) from error
        self.stdout.write(
            f"The administrator logs in at {settings.BASE_URL}/admin/, and adds a second factor under\n"
            f"Your log-in: {settings.BASE_URL}/admin/your-log-in/ (STAFF_SECOND_FACTOR="
            f"{settings.STAFF_SECOND_FACTOR}).\n"
            f"client_id:     {made['client_id']}\nclient_secret: {made['client_secret']}\n"
            "Keep the secret now: it is not shown again."
        )
