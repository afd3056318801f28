#!/usr/bin/env python
"""Django's command line, with the embedded database started when a command needs it."""

import os
import sys

from django.core.management import execute_from_command_line

# These need no database, or (run) hold it themselves.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "run",
    "version",
}
HELP = {"--help", "-h", "--version"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    if port := os.environ.get("PORT"):
        os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{port}")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in WITHOUT_DATABASE or HELP.intersection(sys.argv):
        execute_from_command_line(sys.argv)
    else:
        run_with_database()


def run_with_database() -> None:
    """Run the command while the embedded database runs, if that is the one to use."""
    from billing_site import embedded

    try:
        with embedded.running():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedDatabaseError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
