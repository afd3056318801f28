"""A keyed request has one effect, whoever asks how often."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from access.idempotency import Reply, _take_over, fingerprint_request, read_key, recall_reply, run_once
from access.tasks import purge
from core import clock
from customers.errors import InvalidIdempotencyKey, KeyInProgress, KeyReusedDifferently
from customers.models import IdempotencyKey, Organization

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_work(status=201, name="Made once"):
    def work():
        Organization.objects.create(name=name)
        return Reply(status, b'{"id": 1}', {"Location": "/1"})

    return work


def ask(work=None, **changed):
    asked = {"principal": "app:a/account:b", "route": "POST direct_charge", "key": "k1", "fingerprint": "f1"}
    return run_once(**(asked | changed), work=work or make_work())


def effects():
    return Organization.objects.count()


@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_does_nothing():
    first, second = ask(), ask()
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.status, second.body, second.headers) == (201, b'{"id": 1}', {"Location": "/1"})
    assert effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", [402, 404, 409])
def test_a_business_refusal_is_repeated(status):
    assert [ask(make_work(status)).replayed for _ in range(2)] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 401, 403, 413, 422, 429, 500, 503])
def test_a_refused_request_leaves_nothing_and_may_be_repaired_under_its_key(status):
    assert ask(make_work(status)).status == status
    assert effects() == 0
    assert ask(fingerprint="repaired").status == 201
    assert effects() == 1


@pytest.mark.django_db
def test_an_exception_half_way_leaves_nothing_and_frees_the_key():
    def work():
        make_work()()
        raise IntegrityError("half way")

    with pytest.raises(IntegrityError):
        ask(work)
    assert effects() == IdempotencyKey.objects.count() == 0
    assert not ask().replayed


@pytest.mark.django_db
def test_the_key_of_a_different_request_is_refused():
    ask()
    with pytest.raises(KeyReusedDifferently):
        ask(fingerprint="f2")
    assert effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"principal": "app:a/account:c"}, {"route": "POST recurrent_charge"}])
def test_another_tenant_or_route_with_the_same_key_is_another_request(changed):
    ask()
    assert not ask(**changed, fingerprint="f2").replayed
    assert effects() == 2


@pytest.mark.django_db
def test_what_is_stored_cannot_be_read_in_the_database():
    ask(lambda: Reply(201, b"the-secret-of-the-answer"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM customers_idempotencykey")
        assert b"the-secret-of-the-answer" not in bytes(cursor.fetchone()[0])
    assert ask().body == b"the-secret-of-the-answer"


@pytest.mark.django_db
def test_the_key_of_a_request_that_nobody_works_on_is_taken_over_after_two_seconds():
    row = IdempotencyKey.objects.create(
        principal="app:a/account:b",
        route="POST direct_charge",
        key="k1",
        fingerprint="f1",
        owner="00000000-0000-4000-8000-000000000000",
        locked_until=NOON + timedelta(seconds=60),
    )
    with clock.travel_to(NOON + timedelta(seconds=1)), pytest.raises(KeyInProgress) as refusal:
        ask()
    assert refusal.value.retry_after == 1
    with clock.travel_to(NOON + timedelta(seconds=2)):
        assert ask().status == 201
    row = IdempotencyKey.objects.get(pk=row.pk)
    assert (row.status, effects()) == (201, 1)


@pytest.mark.django_db
def test_of_two_that_saw_the_same_dead_request_the_first_takes_its_key_over():
    asked = {"principal": "app:a/account:b", "route": "POST direct_charge", "key": "k1", "fingerprint": "f1"}
    IdempotencyKey.objects.create(**asked, owner=uuid4(), locked_until=NOON)
    seen = [IdempotencyKey.objects.get() for _ in range(2)]
    wanted = [IdempotencyKey(**asked, owner=uuid4(), locked_until=NOON + timedelta(days=1)) for _ in seen]
    assert [_take_over(*each) for each in zip(seen, wanted, strict=True)] == [True, False]
    assert IdempotencyKey.objects.get().owner == wanted[0].owner


@pytest.mark.django_db
def test_a_request_whose_successor_is_still_at_work_has_no_effect():
    def taken_over():
        IdempotencyKey.objects.update(owner=uuid4())
        return make_work()()

    with pytest.raises(KeyInProgress):
        ask(taken_over)
    assert effects() == 0


@pytest.mark.django_db
def test_keys_are_forgotten_after_thirty_days():
    with clock.travel_to(NOON):
        ask()
    with clock.travel_to(NOON + timedelta(days=30)):
        purge()
        assert ask().replayed
    with clock.travel_to(NOON + timedelta(days=30, seconds=1)):
        purge()
        assert not ask().replayed


@pytest.mark.parametrize("key", ["k", "x" * 255, "8e03978e-40d5-43dd-bc93-6894a57f9324", "a;b=c!~"])
def test_a_key_may_come_bare_or_quoted(key):
    assert read_key(key) == read_key(f'"{key}"') == key


def test_escapes_in_a_quoted_key_are_undone():
    assert read_key(r'"a\"b\\c"') == r'a"b\c'


def test_without_the_header_there_is_no_key():
    assert read_key(None) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        '""',
        " ",
        "a b",
        '"a b"',
        "x" * 256,
        f'"{"x" * 256}"',
        "k1,k2",
        '"k1", "k2"',
        "ключ",
        "k\n",
        '"k',
        "k\x7f",
    ],
)
def test_anything_else_as_a_key_is_refused_by_name(header):
    with pytest.raises(InvalidIdempotencyKey) as refusal:
        read_key(header)
    assert refusal.value.field == "Idempotency-Key"


def test_each_part_of_a_request_changes_its_fingerprint(settings):
    request = {"method": "POST", "path": "/v2/direct_charge/livechat", "said": {"name": "a", "price": 1}}
    others = [
        {"method": "PUT"},
        {"path": "/v2/direct_charge/helpdesk"},
        {"said": {"name": "a"}},
        {"said": {"name": "a", "price": 11}},
        {"said": {"name": "a", "price": [1]}},
        {"said": {"name": "a", "price": True}},
        {"said": {"name": "a", "price": ""}},
        {"said": {"name": "a", "price": 1, "unknown": {}}},
        {"said": {"name": "1", "price": "a"}},
    ]
    prints = {fingerprint_request(**request | other) for other in others}
    assert len({*prints, fingerprint_request(**request)}) == 10
    settings.SECRET_KEY = "another"
    assert fingerprint_request(**request) not in prints


@pytest.mark.parametrize(
    "said",
    [
        {"price": 1, "name": "a", "more": {"x": [True], "y": 2}},
        {"name": "a", "price": "1", "more": {"y": 2, "x": [True]}},
        {"name": "a", "price": 1, "more": {"x": [True], "y": 2}, "note": None},
    ],
)
def test_how_a_request_is_written_does_not(said):
    first = {"name": "a", "price": 1, "more": {"x": [True], "y": 2}}
    request = {"method": "POST", "path": "/v2/direct_charge/livechat"}
    assert fingerprint_request(**request, said=said) == fingerprint_request(**request, said=first)


@pytest.mark.django_db
def test_what_was_answered_can_be_recalled_and_nothing_is_begun_by_asking():
    asked = {"principal": "app:a/account:b", "route": "POST direct_charge", "key": "k1"}
    assert recall_reply(**asked, fingerprint="f1") is None
    assert not IdempotencyKey.objects.exists()
    first = ask()
    assert recall_reply(**asked, fingerprint="f1") == Reply(201, first.body, first.headers, replayed=True)
    for other in ({"principal": "app:a/account:c"}, {"route": "POST recurrent_charge"}, {"key": "k2"}):
        assert recall_reply(**asked | other, fingerprint="f1") is None
    with pytest.raises(KeyReusedDifferently):
        recall_reply(**asked, fingerprint="f2")
