"""Reading a timeline: one query over all its sources, newest first."""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType

from backoffice.timeline.rows import Line, Row
from backoffice.timeline.sources import SOURCES
from backoffice.timeline.words import describe
from charges.models import Attempt, Charge, Dispute
from core import clock
from core.bulk import run_query
from customers.models import Account, Product
from ledger.models import TransactionKind
from webhooks.purge import KEPT_FOR

MOST = 100
MOST_CALLS = 20
TYPES = {"charge_type": Charge, "attempt_type": Attempt, "dispute_type": Dispute}
COLUMNS = ", ".join(Row._fields)
ONE = "SELECT {columns}, {rank} AS rank FROM ({sql}) source_{rank} ({columns})"
NEWEST = """WITH {family}
SELECT {columns} FROM ({all}) lines ORDER BY at DESC, rank DESC, pk DESC LIMIT %(limit)s"""
ACCOUNT = re.compile("account:([0-9a-f-]{36})")  # How histories name somebody who was logged in.


def read_timeline(subject: Any, user: User | AnonymousUser) -> list[Line]:
    """Return the newest MOST lines of what this person may see of a subject."""
    family, told = SOURCES[type(subject)]
    sources = [
        ONE.format(columns=COLUMNS, rank=rank, sql=source.sql)
        for rank, source in enumerate(told)
        if user.has_perm(source.permission)
    ]
    if not sources:
        return []
    sql = NEWEST.format(family=family, columns=COLUMNS, all=" UNION ALL ".join(sources))
    found = [Row(*row) for row in run_query(sql, list_parameters(subject))]
    return [describe(row) for row in _name_accounts(found)]


def list_parameters(subject: Any) -> dict[str, Any]:
    """Return what the sources name."""
    types = ContentType.objects.get_for_models(type(subject), *TYPES.values())
    return {
        "pk": subject.pk,
        "public_id": subject.public_id,
        "content_type": types[type(subject)].pk,
        **{name: types[model].pk for name, model in TYPES.items()},
        "limit": MOST,
        "calls": MOST_CALLS,
        "kinds": TransactionKind.values,
        "products": ["", *Product.values],
        "deliveries_since": clock.now() - KEPT_FOR,
    }


def _name_accounts(rows: list[Row]) -> list[Row]:
    """Return the lines with e-mails in place of the ids of accounts."""
    ids = {found[1] for row in rows if (found := ACCOUNT.search(row.who))}
    emails = dict(Account.objects.filter(public_id__in=ids).values_list("public_id", "email"))
    named = {str(public_id): email for public_id, email in emails.items()}
    return [
        row._replace(who=named.get(found[1], row.who)) if (found := ACCOUNT.search(row.who)) else row
        for row in rows
    ]
