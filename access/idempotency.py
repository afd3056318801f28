"""A keyed POST has one effect: its answer is stored in the transaction that does the work."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

from django.db import models, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from core import clock
from core.bulk import run_query
from core.card_numbers import hides_card_number
from core.sealing import seal, unseal
from customers.errors import InvalidIdempotencyKey, KeyInProgress, KeyReusedDifferently
from customers.models import IdempotencyKey
from customers.models.idempotency import MAX_ROUTE

LOCK = timedelta(seconds=60)  # Longer than any request may take; then the process is taken for dead.
BEGINNING = timedelta(seconds=2)  # From a claim to its transaction, which shows that somebody is at work.
KEPT = timedelta(days=30)
STORED_REFUSALS = {402, 404, 409}
CLAIM_TRIES = 5
PURPOSE = "customers.idempotency.body"  # Part of the key that seals; it never changes.

# Held by the transaction of the work, which ends with its session, and so also behind a pooler.
SHOW_WORK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
IS_ANYBODY_AT_WORK = "SELECT NOT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"

# Visible ASCII. A comma in a bare key would be two headers that the web server has joined.
BARE = re.compile(r"[!#-+\--~]{1,255}")
QUOTED = re.compile(r'"((?:[!#-\[\]-~]|\\["\\])+)"')
MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; `replayed` says that it was given before."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False

    @property
    def is_stored(self) -> bool:
        """Say whether a repetition gets this answer; other refusals may be repaired under the same key."""
        return 200 <= self.status < 300 or self.status in STORED_REFUSALS


def read_key(header: str | None) -> str | None:
    """Return the key in an Idempotency-Key header, bare or as a quoted string; None without the header.

    Raises InvalidIdempotencyKey.
    """
    if header is None:
        return None
    quoted = QUOTED.fullmatch(header)
    key = header if BARE.fullmatch(header) else re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    if not 1 <= len(key) <= MAX_KEY or hides_card_number(key, in_groups=False):
        raise InvalidIdempotencyKey
    return key


def fingerprint_request(*, method: str, path: str, said: Mapping[str, Any]) -> str:
    """Return a keyed hash of a request, so that what was sent need not be kept.

    `said` are the fields as they were read: their order, the white space between them and the format do not
    count; a number is the same as its digits, and null is the same as nothing.
    It changes with SECRET_KEY: a key used before is then refused with KeyReusedDifferently, not run again.
    """
    fields = sorted((name, _write(value)) for name, value in said.items() if value is not None)
    request = json.dumps([method, path, fields]).encode()
    return salted_hmac("customers.idempotency", request, algorithm="sha256").hexdigest()


def fit_route(route: str) -> str:
    """Return the name of a route in the table of keys; one that is too long ends in a hash."""
    if len(route) <= MAX_ROUTE:
        return route
    digest = sha256(route.encode()).hexdigest()
    return f"{route[: MAX_ROUTE - len(digest) - 1]}#{digest}"


def run_once(*, principal: str, route: str, key: str, fingerprint: str, work: Callable[[], Reply]) -> Reply:
    """Return what `work` answers, or what it answered when it was done under this key before.

    `work` runs in one transaction together with storing its answer, so after a crash, an
    exception or an answer that is not stored (see Reply.is_stored) nothing has happened and
    the key is free again. Call it outside of transactions. Raises KeyReusedDifferently,
    KeyInProgress, and whatever `work` raises.
    """
    wanted = {"principal": principal, "route": fit_route(route), "key": key, "fingerprint": fingerprint}
    claim = _claim(IdempotencyKey(**wanted, owner=uuid.uuid4()))
    if claim.status is not None:
        return _replay(claim)
    try:
        reply = _work_and_store(claim, work)
    except BaseException:
        _release(claim)
        raise
    if not reply.is_stored:
        _release(claim)
    return reply


def recall_reply(*, principal: str, route: str, key: str, fingerprint: str) -> Reply | None:
    """Return what was answered under this key before, None if nothing was; nothing is begun.

    For what has to be prepared before `run_once`, and need not be again. Raises KeyReusedDifferently.
    """
    found = IdempotencyKey.objects.filter(principal=principal, route=fit_route(route), key=key).first()
    if found is None or found.status is None:
        return None
    if not _is_same(found, fingerprint):
        raise KeyReusedDifferently
    return _replay(found)


def purge_old_keys() -> int:
    """Forget keys after 30 days and return how many rows went."""
    return IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def _is_same(found: IdempotencyKey, fingerprint: str) -> bool:
    """Say whether a request is the one of this key; keys from before fingerprints of fields match any."""
    return not found.fingerprint or constant_time_compare(found.fingerprint, fingerprint)


def _write(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _claim(wanted: IdempotencyKey) -> IdempotencyKey:
    """Return our own claim, or the completed row of an earlier request."""
    for _ in range(CLAIM_TRIES):
        wanted.locked_until = clock.now() + LOCK
        IdempotencyKey.objects.bulk_create([wanted], ignore_conflicts=True)
        found = IdempotencyKey.objects.filter(
            principal=wanted.principal, route=wanted.route, key=wanted.key
        ).first()
        if found is None:  # Released between the two statements.
            continue
        if found.owner == wanted.owner:
            return found
        if not _is_same(found, wanted.fingerprint):
            raise KeyReusedDifferently
        if found.status is not None:
            return found
        if _is_worked_on(found):
            break
        if _take_over(found, wanted):
            return found
    raise KeyInProgress


def _is_worked_on(claim: IdempotencyKey) -> bool:
    """Say whether its request may still be under way; whoever is wrong here has no effect (see _store)."""
    left = claim.locked_until - clock.now()
    if left <= timedelta():
        return False
    return left > LOCK - BEGINNING or bool(run_query(IS_ANYBODY_AT_WORK, [_name_work(claim)])[0][0])


def _name_work(claim: IdempotencyKey) -> str:
    return f"access.idempotency:{claim.owner}"


def _take_over(found: IdempotencyKey, wanted: IdempotencyKey) -> bool:
    """Make a dead request's claim ours, unless somebody else was faster."""
    mine = {
        "owner": wanted.owner,
        "locked_until": wanted.locked_until,
        "fingerprint": wanted.fingerprint,  # Of the request whose answer will be kept.
    }
    same = IdempotencyKey.objects.filter(pk=found.pk, owner=found.owner, status=None)
    found.owner = wanted.owner
    return same.update(**mine) == 1


def _work_and_store(claim: IdempotencyKey, work: Callable[[], Reply]) -> Reply:
    with transaction.atomic(durable=True):
        run_query(SHOW_WORK, [_name_work(claim)])
        reply = work()
        if reply.is_stored:
            _store(claim, reply)
        else:
            transaction.set_rollback(True)
    return reply


def _store(claim: IdempotencyKey, reply: Reply) -> None:
    answer = {
        "status": reply.status,
        "body": seal(reply.body, purpose=PURPOSE),
        "headers": dict(reply.headers),
    }
    if not _still_ours(claim).update(**answer):
        raise KeyInProgress  # Taken over while we were working: theirs is the effect, ours is rolled back.


def _release(claim: IdempotencyKey) -> None:
    _still_ours(claim).delete()


def _still_ours(claim: IdempotencyKey) -> models.QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(pk=claim.pk, owner=claim.owner, status=None)


def _replay(row: IdempotencyKey) -> Reply:
    # The casts are a constraint of the table: a completed key has its answer.
    body = unseal(bytes(cast(bytes, row.body)), purpose=PURPOSE)
    return Reply(cast(int, row.status), body, row.headers, replayed=True)
