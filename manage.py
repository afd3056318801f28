#!/usr/bin/env python
"""Django's command line, with the embedded database started when a command needs it."""

import os
import sys
from contextlib import nullcontext

from billing_site import command_list

# These need no database, hold it themselves (run) or delete it (reset).
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "conformance",
    "describe_triggers",
    "diffsettings",
    "draw_models",
    "findstatic",
    "help",
    "makemessages",
    "mcp",
    "openapi",
    "reset",
    "run",
    "version",
}
# These change the schema, or hold up writers for long, and connect as the owner of the tables.
AS_OWNER = {"after_restore", "migrate", "pgtrigger", "rebuild_balances"}
HELP = {"--help", "-h", "--version"}


def main() -> None:
    """Run one management command."""
    if (answer := command_list.answer(sys.argv[1:])) is not None:
        sys.stdout.write(f"{answer}\n")
        return
    # Not before: the list of commands needs none of it.
    from django.core.exceptions import ImproperlyConfigured

    from runner import postgres

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    choose_role(sys.argv[1:])
    try:
        with postgres.running() if needs_database(sys.argv[1:]) else nullcontext():
            execute(sys.argv)
    except (ImproperlyConfigured, postgres.EmbeddedDatabaseError) as exc:
        sys.exit(f"{type(exc).__name__}: {exc}")


def execute(arguments: list[str]) -> None:
    """Run the command; `run` without Django's apps, which would fill the memory of a process that waits."""
    if arguments[1:] == ["run"]:
        from runner import serving

        try:
            sys.exit(serving.run_or_refuse())
        except KeyboardInterrupt:  # Before there is anything to stop.
            sys.exit(130)
    from billing_site.command_line import CommandLine

    CommandLine(arguments).execute()


def choose_role(arguments: list[str]) -> None:
    """Connect as the owner of the tables, where DATABASE_OWNER_URL names one, if the command changes them."""
    owner = os.environ.get("DATABASE_OWNER_URL")
    if owner and arguments and arguments[0] in AS_OWNER:
        os.environ["DATABASE_URL"] = owner


def needs_database(arguments: list[str]) -> bool:
    """Whether the command of these arguments might ask the database something."""
    return bool(arguments) and arguments[0] not in WITHOUT_DATABASE and not HELP.intersection(arguments)


if __name__ == "__main__":
    main()
