"""Django's command line, which loads apps and commands without looking for garbage."""

import gc

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand


class CommandLine(ManagementUtility):
    """Collects garbage from the moment when all is loaded."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        gc.disable()  # What is loaded stays.

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Load a command, and so all that it imports."""
        command = super().fetch_command(subcommand)
        gc.freeze()
        gc.enable()
        return command
