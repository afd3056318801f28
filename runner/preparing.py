"""What `manage.py run` does before it serves, in a process of its own: the memory for it ends with it."""

import io
from typing import Any

from django.core.management import call_command
from django.core.management.base import OutputWrapper

from bookkeeping.closing import prepare_months
from operations.demo import DemoRefused, load_demo
from operations.demo_closing import close_demo
from operations.demo_history.progress import make_history_in_one_line
from runner import postgres
from runner.first_charge import offer_first_charge
from runner.migrating import migrate_in_one_line


def prepare(out: OutputWrapper) -> dict[str, Any] | None:
    """Bring the database up to date; return the demo's credentials if a demo is allowed here."""
    migrate_in_one_line(out)
    if postgres.is_used():
        call_command("database_role", stdout=io.StringIO())
    try:
        make_history_in_one_line(out)
        while prepare_months():  # Otherwise the demo's months would be there an hour later.
            pass
        demo = load_demo()
        return demo | {"first_charge": offer_first_charge(demo["buyer"]["access_token"])}
    except DemoRefused as exc:
        out.write(f"No demo: {exc}")
        if closed := close_demo():
            out.write(f"The public passwords of {', '.join(closed)} open nothing any more.")
        return None
