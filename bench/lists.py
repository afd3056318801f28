"""Listing charges: a page deep in a buyer's million against the first, by the real view and by its SQL."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from bench.charges import Listed, fill_charges
from bench.harness import CouldNotMeasure, Options, Row, say, time_in_turn, weigh
from charges.models.queries import ChargeQuerySet
from dialects.text.filters import take_page
from dialects.text.pagination import PAGE_SIZE, Page
from dialects.text.rendering import COLUMNS

PATH = "/v2/direct_charge/livechat"
FOLLOWED = 10  # Pages read one after the other through Link, up to the deep one.
Query = dict[str, Any]


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    total = options.pick(2_000_080, 200_080)
    say(f"  filling {total:,} charges, half of them of one buyer")
    listed = fill_charges(total)
    rows: list[Row] = []
    for query in ({}, {"status": "success"}):
        charges = listed.charges.filter(**query)
        depth = min(options.pick(50_000, 5_000), charges.count() // PAGE_SIZE)
        rows += compare_pages(listed, charges, query, depth, options)
    return rows


def compare_pages(
    listed: Listed, charges: ChargeQuerySet, query: Query, depth: int, options: Options
) -> list[Row]:
    """Compare page 1 with page `depth`: by the cursor, by its SQL alone, and by `page=`."""
    said = f"page {depth:,}{' with status' if query else ''}"
    say(f"  {said}")
    fetch = partial(fetch_page, Client(SERVER_NAME="127.0.0.1"), listed.token)
    first, numbered = (f"{PATH}?{urlencode(query | page)}" for page in ({}, {"page": depth}))
    link = find_link(fetch, charges, query, depth)
    if ids_of(fetch(link)) != ids_of(fetch(numbered)):
        raise CouldNotMeasure("the cursor and the page number lead to different pages")
    works: dict[str, Callable[[], object]] = {
        "deep": partial(fetch, link),
        "first": partial(fetch, first),
        "deep sql": run_query(listed, charges, find_place(charges, depth - 1)),
        "first sql": run_query(listed, charges, None),
    }
    found = time_in_turn(works, rounds=options.pick(50, 20))
    slow = time_in_turn({"numbered": partial(fetch, numbered), "first": works["first"]}, rounds=3, times=1)
    return [
        weigh(f"list, {said} by Link against page 1", found["deep"], found["first"], at_most=1.5),
        weigh("the same, its SQL alone", found["deep sql"], found["first sql"], at_most=1.5),
        weigh(f"list, {said} by page= against page 1", slow["numbered"], slow["first"]),
    ]


def fetch_page(client: Client, token: str, url: str) -> Any:
    """Get one page through the whole stack, in process. Raises CouldNotMeasure."""
    response = client.get(url, headers={"Authorization": f"Bearer {token}"})
    if response.status_code != 200 or len(response.json()["result"]) != PAGE_SIZE:
        raise CouldNotMeasure(f"{url} answered {response.status_code}, or not a whole page")
    return response


def find_link(fetch: Callable[[str], Any], charges: ChargeQuerySet, query: Query, page: int) -> str:
    """Return the URL of a page as it is reached through Link headers from a few pages before."""
    url = f"{PATH}?{urlencode(query | {'before': find_place(charges, page - FOLLOWED)})}"
    for _ in range(FOLLOWED - 1):
        url = fetch(url).headers["Link"].partition("<")[2].partition(">")[0]
    return url


def find_place(charges: ChargeQuerySet, page: int) -> str:
    """Return the cursor to the page after this one: the id of its last row."""
    return str(charges.order_by("-pk").values_list("public_id", flat=True)[page * PAGE_SIZE - 1])


def ids_of(response: Any) -> list[str]:
    """Return what a page shows."""
    return [item["id"] for item in response.json()["result"]]


def run_query(listed: Listed, charges: ChargeQuerySet, before: Any) -> Callable[[], object]:
    """Return what sends the query of a page, built beforehand, and fetches its rows."""
    page = take_page(charges, Page(offset=0, before=before), among=listed.charges).values(*COLUMNS)
    sql, parameters = page.query.sql_with_params()

    def send() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    return send
