"""Makes the demo tenants."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.demo import DemoRefused, load_demo
from operations.demo_history.progress import make_history_in_one_line


class Command(BaseCommand):
    """Make or find the demo tenants and print their credentials; again finds the same."""

    help = "Make or find the demo tenants and print their credentials. Refused beside a live gateway."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a form for machines, a history, and a way past the guard against public addresses."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--history",
            action="store_true",
            help="begin with six months of sales where nothing was sold yet; before the workers run",
        )
        parser.add_argument("--force", action="store_true", help="also where others can reach this server")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the credentials. Raises CommandError when refused."""
        try:
            if options["history"]:
                make_history_in_one_line(self.stderr, force=options["force"])
            demo = load_demo(force=options["force"]) | {"base_url": find_base_url()}
        except DemoRefused as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps(demo, indent=2) if options["json"] else write_text(demo))


def find_base_url() -> str:
    """Return the address of the server that `manage.py run` runs in this folder, unless one is set here."""
    if settings.HAS_OWN_ADDRESS or not settings.RUNNING_AT.exists():
        return str(settings.BASE_URL)
    return str(settings.RUNNING_AT.read_text())


def write_text(demo: dict[str, Any]) -> str:
    """Return the credentials as lines."""
    lines = [f"base_url: {demo['base_url']}"]
    for name, pairs in demo.items():
        if isinstance(pairs, dict):
            lines += ["", f"{name}:", *(f"  {key}: {value}" for key, value in pairs.items())]
    return "\n".join(lines)
