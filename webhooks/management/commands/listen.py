"""Print the events of a running server and forward them to a port of one's own."""

import time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from webhooks.listen import FeedRefused, follow_feed, forward_event
from webhooks.secrets import make_secret


class Command(BaseCommand):
    """Follow the feed until Ctrl-C."""

    help = "Print the events of an application as they happen, and forward each, signed, to a URL of yours."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the token of an account of the application's owner."""
        parser.add_argument("--token", required=True, help="an access token of the application's owner")
        parser.add_argument(
            "--forward-to", default="", help="where to send events, such as http://127.0.0.1:3000/hooks"
        )
        parser.add_argument(
            "--server", default=settings.BASE_URL, help="the server whose events are followed"
        )
        parser.add_argument(
            "--secret", default="", help="what to sign with; without it one is made and printed"
        )
        parser.add_argument("--every", type=int, default=1, help="seconds between two questions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and forward. Raises CommandError when the server refuses the token."""
        secret, url = options["secret"] or make_secret(), options["forward_to"]
        if url:
            self.stdout.write(f"Forwarding to {url}, signed with {secret}")
        pause = partial(time.sleep, options["every"])
        try:
            for event in follow_feed(options["server"].rstrip("/"), token=options["token"], pause=pause):
                answer = f" -> {forward_event(event, url, secret=secret)}" if url else ""
                about = f"{event['data']['object']} {event['data']['id']}"
                self.stdout.write(f"{event['timestamp']} {event['type']} {about} {event['id']}{answer}")
                self.stdout.flush()
        except FeedRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
