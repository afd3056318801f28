"""Reading a timeline: one query over all its sources, newest first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from backoffice.timeline.sources import OF_CHARGE, OF_ORGANIZATION, OF_SUBSCRIPTION, Source
from backoffice.timeline.words import Line, Row, describe
from charges.models import Attempt, Charge, Dispute
from core.bulk import run_query
from core.keys import attempt_reference, charge_reference, dispute_fee_reference, dispute_reference
from customers.models import Account, Organization, Product
from ledger.models import TransactionKind
from subscriptions.models import Subscription

MOST = 100
SOURCES: Mapping[type[Model], Sequence[Source]] = {
    Charge: OF_CHARGE,
    Subscription: OF_SUBSCRIPTION,
    Organization: OF_ORGANIZATION,
}
COLUMNS = ", ".join(Row._fields)
ONE = "SELECT {columns}, {rank} AS rank FROM ({sql}) source_{rank} ({columns})"
NEWEST = "SELECT {columns} FROM ({all}) lines ORDER BY at DESC, rank DESC, pk DESC LIMIT %(limit)s"
ACCOUNT = re.compile("account:([0-9a-f-]{36})")  # How histories name somebody who was logged in.


def read_timeline(subject: Any, user: User | AnonymousUser) -> list[Line]:
    """Return the newest MOST lines of what this person may see of a subject."""
    sources = [
        ONE.format(columns=COLUMNS, rank=rank, sql=source.sql)
        for rank, source in enumerate(SOURCES[type(subject)])
        if user.has_perm(source.permission)
    ]
    if not sources:
        return []
    params = {
        "pk": subject.pk,
        "public_id": subject.public_id,
        "content_type": ContentType.objects.get_for_model(subject).pk,
        "limit": MOST,
        "kinds": TransactionKind.values,
        "references": list_references(subject) if isinstance(subject, Charge) else [],
        "products": ["", *Product.values],
    }
    sql = NEWEST.format(columns=COLUMNS, all=" UNION ALL ".join(sources))
    return [describe(row) for row in _name_accounts([Row(*row) for row in run_query(sql, params)])]


def _name_accounts(rows: list[Row]) -> list[Row]:
    """Return the lines with e-mails in place of the ids of accounts."""
    ids = {found[1] for row in rows if (found := ACCOUNT.search(row.who))}
    emails = dict(Account.objects.filter(public_id__in=ids).values_list("public_id", "email"))
    named = {str(public_id): email for public_id, email in emails.items()}
    return [
        row._replace(who=named.get(found[1], row.who)) if (found := ACCOUNT.search(row.who)) else row
        for row in rows
    ]


def list_references(charge: Charge) -> list[str]:
    """Return the references under which the ledger may know a charge, its attempts' fees and disputes."""
    numbers = Attempt.objects.filter(charge=charge).values_list("number", flat=True)[:MOST]
    references = [
        charge_reference(charge.public_id),
        *(attempt_reference(charge.public_id, number) for number in numbers),
    ]
    for dispute in Dispute.objects.filter(charge=charge)[:MOST]:
        references.append(dispute_reference(dispute.public_id))
        fees = range(1, dispute.fee_postings + 1)
        references += [dispute_fee_reference(dispute.public_id, number) for number in fees]
    return references
