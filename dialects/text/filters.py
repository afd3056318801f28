"""Which direct charges a list shows."""

import re

from django.db.models import Subquery
from django.http import QueryDict

from charges.models import Charge, ChargeStatus
from charges.models.charge import ChargeQuerySet
from core.errors import InvalidField
from customers.callers import Caller
from customers.models import Application
from dialects.text.pagination import Page, parse_uuid, read_once

CLIENT_ID = re.compile(r"[!-~]{1,32}")


def filter_charges(charges: ChargeQuerySet, query: QueryDict, caller: Caller) -> ChargeQuerySet:
    """Keep the charges that the query parameters name. Raises InvalidField."""
    status = read_once(query, "status")
    if status is not None:
        if status not in ChargeStatus.values:
            raise InvalidField("status", f"must be one of {', '.join(ChargeStatus.values)}")
        charges = charges.filter(status=status)
    client_id = read_once(query, "order_client_id")
    if client_id is not None and (caller.is_admin or caller.app.first_party):
        charges = _filter_by_application(charges, client_id)
    return charges


def filter_by_subscription(charges: ChargeQuerySet, query: QueryDict) -> ChargeQuerySet:
    """Keep the renewals of a recurrent charge: none so far, since nothing is renewed. Raises InvalidField."""
    recurrent = read_once(query, "recurrent_charge_id")
    if recurrent is None:
        return charges
    if parse_uuid(recurrent) is None:
        raise InvalidField("recurrent_charge_id", "must be the id of a recurrent charge")
    return charges.none()


def take_page(charges: ChargeQuerySet, page: Page, *, among: ChargeQuerySet) -> ChargeQuerySet:
    """Return one page, newest first; the cursor's row is looked for among all that the caller may see.

    The ids come from an index of their own. In one step PostgreSQL prefers to walk the whole table from
    its end, which takes long for a buyer who has not bought for a while.
    """
    if page.before is not None:
        place = among.filter(public_id=page.before).values("pk")
        charges = charges.filter(pk__lt=Subquery(place))
    ids = charges.order_by("-pk").values("pk")[page.offset : page.offset + page.limit]
    return Charge.objects.filter(pk__in=ids).order_by("-pk")


def _filter_by_application(charges: ChargeQuerySet, client_id: str) -> ChargeQuerySet:
    if not CLIENT_ID.fullmatch(client_id):
        raise InvalidField("order_client_id", "must be a client id")
    # Looked up first: without knowing which it is, PostgreSQL walks the whole list for one that sells little.
    application = Application.objects.filter(client_id=client_id).values_list("pk", flat=True).first()
    return charges.none() if application is None else charges.filter(order_application_id=application)
