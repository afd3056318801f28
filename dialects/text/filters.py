"""Filters of lists of direct and recurrent charges."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db.models import Subquery
from django.http import QueryDict
from rest_framework.request import Request

from access.oauth.bearer_tokens import Caller
from charges.models.queries import ChargeQuerySet
from core.currencies import EXPONENTS
from core.errors import InvalidField
from core.instants import read_past_instant
from customers.models import Application
from dialects.text.pagination import Page, parse_uuid, read_once
from subscriptions.models import Subscription
from subscriptions.models.queries import SubscriptionQuerySet

CLIENT_ID = re.compile(r"[!-~]{1,32}")
Purchases = TypeVar("Purchases", ChargeQuerySet, SubscriptionQuerySet)


def read_status(query: QueryDict, statuses: Iterable[str], others: Iterable[str]) -> str | None:
    """Return the status that is asked for, None for all. `others` are those of the other kind of charge.

    Raises InvalidField.
    """
    status = read_once(query, "status")
    if status is not None and status not in {*statuses, *others}:
        raise InvalidField("status", f"must be one of {', '.join(statuses)}")
    return status


def filter_by_application(rows: Purchases, query: QueryDict, caller: Caller) -> Purchases:
    """Keep what the named application sells, if the token sees the charges of several.

    Raises InvalidField.
    """
    client_id = read_once(query, "order_client_id")
    if client_id is None or not (caller.is_admin or caller.app.first_party):
        return rows
    if not CLIENT_ID.fullmatch(client_id):
        raise InvalidField("order_client_id", "must be a client id")
    # Looked up first: without knowing which it is, PostgreSQL walks the whole list for one that sells little.
    application = Application.objects.filter(client_id=client_id).values_list("pk", flat=True).first()
    return rows.none() if application is None else rows.filter(order_application_id=application)


def filter_by_subscription(charges: ChargeQuerySet, query: QueryDict, caller: Caller) -> ChargeQuerySet:
    """Keep the payments of a recurrent charge, of those that the token may see. Raises InvalidField."""
    recurrent = read_once(query, "recurrent_charge_id")
    if recurrent is None:
        return charges
    public_id = parse_uuid(recurrent)
    if public_id is None:
        raise InvalidField("recurrent_charge_id", "must be the id of a recurrent charge")
    # Looked up first, as the application above: its payments then come from the index of its periods.
    visible = Subscription.objects.visible_to(caller)
    found = visible.filter(public_id=public_id).values_list("pk", flat=True).first()
    return charges.none() if found is None else charges.filter(subscription_id=found)


def take_page(rows: Purchases, page: Page, *, among: Purchases) -> Purchases:
    """Return one page, newest first; the cursor's row is looked for among all that the caller may see.

    The ids come from an index of their own. In one step PostgreSQL prefers to walk the whole table from
    its end, which takes long for a buyer who has not bought for a while.
    """
    if page.before is not None:
        place = among.filter(public_id=page.before).values("pk")
        rows = rows.filter(pk__lt=Subquery(place))
    ids = rows.order_by("-pk").values("pk")[page.offset : page.offset + page.limit]
    return rows.model._default_manager.filter(pk__in=ids).order_by("-pk")


def read_currency(request: Request) -> str:
    """Return the currency that the query asks for, the default one without. Raises InvalidField."""
    return check_known_currency(read_once(request.GET, "currency"))


def read_as_of(request: Request) -> datetime | None:
    """Return the instant (UTC) as of which something is asked for, None for now. Raises InvalidField."""
    text = read_once(request.GET, "as_of")
    return None if text is None else read_past_instant(text)


def check_known_currency(code: str | None) -> str:
    """Return a currency in which money may be owed, the default one without. Raises InvalidField.

    What was sold in a currency stays owed when the operator allows no new prices in it.
    """
    if code is not None and code not in EXPONENTS:
        raise InvalidField("currency", "must be the ISO 4217 code of a currency, such as EUR")
    return code or str(settings.DEFAULT_CURRENCY)
