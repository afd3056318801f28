"""`python -m bench [names] [--quick] [--large] [--huge] [--json FILE]`."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from bench.harness import Options, Row

# In this order; each module has `run(options) -> list[Row]` and gets an empty, migrated database of its own.
PROGRAMS = (
    "http",
    "lists",
    "balance",
    "books",
    "closing",
    "verify",
    "renewal",
    "invoices",
    "webhooks",
    "admin",
    "siege",
    "start",
)
# Only when they are named: they install a peer from PyPI, or take many minutes.
NAMED = ("hordak", "servers", "growth")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programs and print their table; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"of {', '.join(PROGRAMS + NAMED)}; all without but {', '.join(NAMED)}",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rows and rounds: rough figures in a minute"
    )
    parser.add_argument("--large", action="store_true", help="renewals of a million subscriptions, too")
    parser.add_argument(
        "--huge", action="store_true", help="growth to five million charges: about 40 GB of disk"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - {*PROGRAMS, *NAMED}:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    django.setup()
    from bench.harness import Options
    from runner.postgres import EmbeddedDatabaseError

    options = Options(quick=asked.quick, large=asked.large, huge=asked.huge)
    try:
        return measure(asked.names or PROGRAMS, options, json_file=asked.json)
    except (EmbeddedDatabaseError, TimeoutError) as exc:  # No server to be had, or another run has it.
        sys.exit(str(exc))


def measure(names: Sequence[str], options: "Options", *, json_file: Path | None) -> int:
    """Run these programs on a server of their own."""
    from django.core.management import call_command

    from bench import harness, postgres
    from bench.harness import say
    from runner import programs

    rows: list[Row] = []
    failures = 0
    with postgres.running():
        say("Making the database")
        programs.make_folders()
        call_command("migrate", verbosity=0, interactive=False)
        machine = harness.describe_machine()
        for name in names:
            say(f"{name}:")
            try:
                with postgres.fresh_database(f"bench_{name}"):
                    rows += import_module(f"bench.{name}").run(options)
            except Exception:
                failures += 1
                logging.getLogger(__name__).exception("%s could not be measured", name)
    say("done")
    rough = "; --quick: rough figures" if options.quick else ""
    sys.stdout.write(f"\n{harness.format_machine(machine)}{rough}\n\n{harness.format_table(rows)}\n")
    if json_file:
        report: dict[str, Any] = {"machine": machine, "quick": options.quick, "rows": harness.as_json(rows)}
        json_file.write_text(json.dumps(report, indent=2))
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
