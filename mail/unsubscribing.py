"""Links by which somebody gets no more mails of a kind, and what follows from them."""

import json
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.conf import settings

from core.sealing import seal, unseal
from mail.kinds import OPTIONAL
from mail.models import Unsubscription

PURPOSE = "mail unsubscribing"
PATH = "/mail/unsubscribe/"
MAX_TOKEN = 2_000


class Subscribed(NamedTuple):
    """A kind of mails that goes to an address, in small letters."""

    kind: str
    address: str


def link_to_unsubscribe(kind: str, address: str) -> str:
    """Return the link; the address in it is sealed, so that nobody else reads or changes it."""
    sealed = seal(json.dumps([kind, address.lower()]).encode(), purpose=PURPOSE)
    return f"{settings.BASE_URL}{PATH}?token={sealed.decode()}"


def read_unsubscribe_token(token: str) -> Subscribed | None:
    """Return what a link is for; None for one that is not ours."""
    if len(token) > MAX_TOKEN or not token.isascii():
        return None
    try:
        kind, address = json.loads(unseal(token.encode(), purpose=PURPOSE))
    except InvalidToken:
        return None
    return Subscribed(kind, address) if kind in OPTIONAL else None


def unsubscribe(wanted: Subscribed) -> None:
    """Send no more mails of this kind to this address; again changes nothing."""
    Unsubscription.objects.get_or_create(address=wanted.address, kind=wanted.kind)


def unsubscribe_from_all(address: str) -> None:
    """Send none of the kinds that may be stopped to this address."""
    rows = [Unsubscription(address=address.lower(), kind=kind) for kind in sorted(OPTIONAL)]
    Unsubscription.objects.bulk_create(rows, ignore_conflicts=True)


def resubscribe(wanted: Subscribed) -> None:
    """Send mails of this kind to this address again."""
    Unsubscription.objects.filter(address=wanted.address, kind=wanted.kind).delete()


def is_unsubscribed(wanted: Subscribed) -> bool:
    """Say whether this address wants no more of this kind."""
    return Unsubscription.objects.filter(address=wanted.address, kind=wanted.kind).exists()
