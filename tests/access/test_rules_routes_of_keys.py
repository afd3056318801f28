"""A route that is too long for the table of keys is cut, and still told from all others."""

import pytest

from access.idempotency import fit_route
from customers.models.idempotency import MAX_ROUTE

LONGEST = "POST /" + "a" * (MAX_ROUTE - 6)


@pytest.mark.parametrize("route", ["POST /v3/withdrawals", LONGEST])
def test_one_that_fits_stays_as_it_is(route):
    assert fit_route(route) == route


def test_longer_ones_fit_and_differ_where_only_their_ends_do():
    routes = [LONGEST + end for end in ("b", "c", "bb")]
    fitted = {fit_route(route) for route in routes}
    assert len(fitted) == 3
    assert {len(route) for route in fitted} == {MAX_ROUTE}
    assert all(route.startswith("POST /aaa") for route in fitted)
