"""Offers the Text dialect to an assistant by the Model Context Protocol."""

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.urls import LOOPBACK

TOKEN = "BILLING_TOKEN"
SENDABLE = re.compile("[!-~]+")


class Command(BaseCommand):
    """Run an MCP server on the standard input and output, or on a port of this machine."""

    help = "Offer a deployment's Text dialect to an assistant as MCP tools, which only read by default."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask where the deployment is and how to get in; a token is no argument, which others can see."""
        parser.add_argument("--url", default=settings.BASE_URL, help="the deployment; BASE_URL without it")
        parser.add_argument(
            "--token-file", type=Path, help=f"a file with the access token; the variable {TOKEN} without it"
        )
        parser.add_argument(
            "--allow-writes", action="store_true", help="also offer what creates, changes and refunds"
        )
        parser.add_argument("--http", metavar="HOST:PORT", help="serve HTTP on this machine: 127.0.0.1:8200")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until the input ends. Raises CommandError without the extra, a token or a good address."""
        transport = read_transport(options["http"])
        token = read_token(options["token_file"])
        os.environ["FASTMCP_ENV_FILE"] = os.devnull  # The .env of this folder is the server's.
        try:
            from documentation.mcp_server import build_server
        except ImportError as exc:
            raise CommandError(f"{exc}. The extra `mcp` is not installed: `make mcp` installs it.") from exc
        from documentation.site import REFERENCES
        from documentation.tools import select_operations

        document = select_operations(REFERENCES["text"].document, allow_writes=options["allow_writes"])
        server = build_server(document, url=options["url"].rstrip("/"), token=token)
        # What goes wrong is told to the assistant; a log of it would repeat what was asked.
        server.run(show_banner=False, log_level="CRITICAL", **transport)


def read_token(file: Path | None) -> str:
    """Return the access token. Raises CommandError, which never shows it."""
    try:
        token = (file.read_text(encoding="utf-8") if file else os.environ.get(TOKEN, "")).strip()
    except OSError as exc:
        raise CommandError(f"{file} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise CommandError(f"{file} has no token: it is not UTF-8 text.") from exc
    if not token:
        raise CommandError(f"An access token is needed, in the variable {TOKEN} or by --token-file.")
    if not SENDABLE.fullmatch(token):
        raise CommandError(f"{file or TOKEN} has no token, which is one word of visible ASCII characters.")
    return token


def read_transport(address: str | None) -> dict[str, Any]:
    """Return how to serve. Raises CommandError for an address that others than this machine can reach."""
    if address is None:
        return {"transport": "stdio"}
    host, _, port = address.rpartition(":")
    if host.strip("[]") not in LOOPBACK or not port.isdigit():
        raise CommandError(
            "--http takes an address of this machine, such as 127.0.0.1:8200: all who reach it use the token."
        )
    # A page of a browser on this machine could otherwise reach it under a name of its own.
    own = {"host": host.strip("[]"), "port": int(port)}
    return {"transport": "http", "host_origin_protection": True, **own}
