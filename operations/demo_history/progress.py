"""Making the demo's six months in one line, with a dot for each day on which something happens."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.core.management.base import OutputWrapper

from operations.demo import require_demo_allowed
from operations.demo_history.making import is_history_wanted, make_history


def make_history_in_one_line(out: OutputWrapper, *, force: bool = False) -> None:
    """Make the six months where they are wanted, else say nothing. Raises DemoRefused."""
    require_demo_allowed(force=force)
    if not is_history_wanted():
        return
    out.write("Making six months of a small marketplace ", ending="")
    out.flush()
    with _story_not_logged():
        make_history(force=force, report=partial(_add_dot, out))
    out.write(" done")


def _add_dot(out: OutputWrapper) -> None:
    out.write(".", ending="")
    out.flush()


@contextmanager
def _story_not_logged() -> Iterator[None]:
    """Disputes and wrong amounts that the story tells of are nothing for the operator of this server."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)
