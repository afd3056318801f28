"""Migrations are one line with a dot for every few steps."""

import io

from django.core.management.base import OutputWrapper

from runner.migrating import STEPS_PER_DOT, Dots


def test_a_dot_stands_for_every_few_steps_and_nothing_else_is_shown():
    shown = io.StringIO()
    dots = Dots(OutputWrapper(shown))
    dots.write("Operations to perform:\n  Apply all migrations: ...\n")
    for number in range(3 * STEPS_PER_DOT + 1):
        dots.write(f"  Applying charges.{number:04}...")
        dots.write(" OK\n")
    assert shown.getvalue() == "..."
