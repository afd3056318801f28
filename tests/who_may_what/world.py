"""Everything that requests of this folder need: two tenants, whoever asks, and a row of each model."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from django.contrib import admin
from django.template.backends.django import Template

from tests.who_may_what.admin_rows import make_rows
from tests.who_may_what.asking import Answer, ask
from tests.who_may_what.cells import FOREIGN, OWN, UNKNOWN, Variant, list_variants
from tests.who_may_what.kinds import Principal
from tests.who_may_what.operations import Operation
from tests.who_may_what.principals import Cast
from tests.who_may_what.tenants import Records, invent, make_pair, make_unknown


@dataclass(slots=True)
class World:
    """Ids by whose they are, and everybody who asks."""

    records: dict[str, Records]
    principals: list[Principal]

    def ask(
        self, operation: Operation, principal: Principal, side: str = OWN, how: Variant | None = None
    ) -> Answer:
        """Ask for an operation about a record of a tenant, or about one that is unknown."""
        format, spelling = how or list_variants(operation)[0]
        records = self.records[side]
        return ask(operation, principal.headers, records, format=format, spelling=spelling)


def make_world() -> World:
    """Make it all, in the transaction that is open."""
    pair = make_pair()
    make_rows()
    principals = Cast(pair["own"], pair["foreign"]).assemble()
    rows = find_rows()
    own = pair["own"].records | rows
    return World({OWN: own, FOREIGN: pair["foreign"].records | rows, UNKNOWN: make_unknown(own)}, principals)


def find_rows() -> Records:
    """Return the id of a row of each list in the admin; of an empty list, one that is unknown."""
    found = {}
    for model in admin.site._registry:
        newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        found[f"row of {model._meta.label_lower}"] = str(newest or invent("1"))
    return found


@contextmanager
def without_words() -> Iterator[None]:
    """Render no page: only whether it is shown counts."""
    with patch.object(Template, "render", lambda *_: ""):
        yield


@contextmanager
def quiet() -> Iterator[None]:
    """Log nothing: a line for each request would take as long as the request."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
