"""How rows are looked up for a term: by ids, amounts, words or cards, each by an index and never all."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Model, Q, QuerySet

from backoffice.search.terms import Term
from core.bulk import run_query

BY_AMOUNT = """
SELECT found.id FROM unnest(%(minors)s::bigint[], %(currencies)s::text[]) AS wanted (minor, currency)
CROSS JOIN LATERAL (
    SELECT r.id FROM {table} r WHERE r.{field} = wanted.minor AND r.currency = wanted.currency
    ORDER BY r.id DESC LIMIT %(limit)s
) found ORDER BY found.id DESC LIMIT %(limit)s
"""
# Of a buyer or customer there are few: they are sorted, instead of walking all charges backwards.
PAID_WITH = """
SELECT found.id FROM (
    SELECT id, organization_id, customer_id FROM customers_paymentoption
    WHERE last4 = %(last_four)s ORDER BY id DESC LIMIT %(cards)s
) card CROSS JOIN LATERAL (
    SELECT c.id FROM charges_charge c
    WHERE c.buyer_id = card.organization_id AND c.payment_option_id = card.id
    UNION ALL
    SELECT c.id FROM charges_charge c
    WHERE c.customer_id = card.customer_id AND c.payment_option_id = card.id
    ORDER BY id DESC LIMIT %(limit)s
) found ORDER BY found.id DESC LIMIT %(limit)s
"""
LONGEST_WITH_DIGITS = 10  # Longer words with digits in them are references.
CARDS = 50  # The newest with four digits.
WORD = re.compile(r"\w+")
NAMED = SearchVector("name", config="simple")  # As the indexes on names say it.
NEWEST, FOUND = 500, 1_000  # Rows that are read for words: the newest, and then what the index finds.


def begin(field: str, term: Term) -> Q:
    """Return the rows whose id begins with what was typed; none for what is no id."""
    return Q(**{f"{field}__range": term.ids}) if term.ids else Q(pk__in=[])


def list_ids(found: QuerySet[Any], limit: int) -> list[int]:
    """Return the keys of some rows, in no order."""
    return list(found.order_by().values_list("pk", flat=True)[:limit])


def list_of_amount(model: type[Model], field: str, term: Term, limit: int) -> list[int]:
    """Return the newest rows of which a field of cents is one of the amounts."""
    if not term.amounts:
        return []
    minors, currencies = zip(*term.amounts, strict=True)
    query = BY_AMOUNT.format(table=model._meta.db_table, field=field)
    params = {"minors": list(minors), "currencies": list(currencies), "limit": limit}
    return [pk for (pk,) in run_query(query, params)]


def list_paid_with(term: Term, limit: int) -> list[int]:
    """Return the newest charges that were paid with cards or accounts of four digits."""
    if not term.last_four:
        return []
    return [
        pk for (pk,) in run_query(PAID_WITH, {"last_four": term.last_four, "cards": CARDS, "limit": limit})
    ]


def list_worded(rows: QuerySet[Any], term: Term, limit: int) -> list[int]:
    """Return rows whose names have words that begin as those of the term do, as an index finds them."""
    query = _read_words(term)
    return list_ids(rows.annotate(words=NAMED).filter(words=query), limit) if query else []


def list_sold(rows: QuerySet[Any], term: Term, limit: int, *, indexed: Q | None = None) -> list[int]:
    """Return the newest sales whose names have such words; numbers alone are amounts or ids.

    The newest are read one by one. Only if these are too few the index is asked, where there is one: it
    knows no order, and returns some of many.
    """
    query = None if term.amounts or _is_key(term) else _read_words(term)
    if query is None:
        return []
    named = rows.annotate(words=NAMED).filter(words=query)
    newest = named.filter(pk__in=rows.order_by("-pk").values("pk")[:NEWEST])
    found = list(newest.order_by("-pk").values_list("pk", flat=True)[:limit])
    if len(found) == limit or indexed is None:
        return found
    return [*found, *list_ids(named.filter(indexed), FOUND)]


def _is_key(term: Term) -> bool:
    """Say whether it is an address, an id or a reference rather than what somebody calls a thing."""
    long = [word for word in WORD.findall(term.text) if len(word) > LONGEST_WITH_DIGITS]
    return "@" in term.text or any(any(map(str.isdigit, word)) for word in long)


def _read_words(term: Term) -> SearchQuery | None:
    words = [word for word in WORD.findall(term.text) if word.strip("_")]
    written = " & ".join(f"'{word}':*" for word in words)
    return SearchQuery(written, config="simple", search_type="raw") if words else None
