"""Checks of schemathesis, which reads this file, without what a document cannot say.

Two checks compare a request with the schemas: valid data is accepted, other data is refused. Each is made as
schemathesis makes it, but for the answers of `beyond.json`, where each has its reason.
"""

import json
import os
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

BEYOND = json.loads(Path(__file__).with_name("beyond.json").read_text())
DOCUMENT = os.environ["HOSTILE_DOCUMENT"]
LONGEST_QUERY = 3_500


@schemathesis.hook
def filter_query(ctx: Any, query: Any) -> bool:
    """Leave out what the web server refuses before our code sees it (414), which no document says."""
    return len(urlencode(query or {}, doseq=True)) < LONGEST_QUERY


@schemathesis.check
def valid_data_is_accepted(ctx: Any, response: Any, case: Any) -> bool | None:
    """A request that the document allows is not refused, unless for a reason no schema has words for."""
    return check_but(positive_data_acceptance, ctx, response, case, said=lambda failure: response.text)


@schemathesis.check
def other_data_is_refused(ctx: Any, response: Any, case: Any) -> bool | None:
    """A request that the document does not allow is refused, unless it is taken for those who send it."""
    if response.status_code == HTTPStatus.LENGTH_REQUIRED:  # A refusal, which the check does not know.
        return None
    return check_but(negative_data_rejection, ctx, response, case, said=lambda failure: show(failure, case))


def show(failure: Failure, case: Any) -> str:
    """Return what is wrong with a request, and its body."""
    return f"{failure.message}\n{json.dumps(case.body, default=str)}"


def check_but(
    check: Callable[..., bool | None], ctx: Any, response: Any, case: Any, *, said: Callable[[Failure], str]
) -> bool | None:
    """Make a check of schemathesis; a failure of which something known is said counts for nothing."""
    try:
        return check(ctx, response, case)
    except Failure as failure:
        known = [*BEYOND["all"][check.__name__], *BEYOND[DOCUMENT][check.__name__]]
        if any(re.search(row["said"], said(failure)) for row in known):
            return None
        raise
