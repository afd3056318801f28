"""Over 60 secrets go through every door, in requests that succeed, are refused or fail: none is left.

Looked at: a dump of the database, the files of the broker, the caches, the log, mails, the answers and pages.
"""

import itertools
import json
import logging
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core import mail
from django.core.cache import caches
from django.db.models import QuerySet
from django.db.models.base import Model

from billing_site import logs
from tests.canaries import (
    dump_database,
    keeping_messages,
    read_caches,
    read_database,
    read_folder,
    read_sandbox,
)
from tests.hostile import counts, secrets_of_all
from tests.hostile.asking import Answer, Asked
from tests.hostile.malforming import write_body
from tests.hostile.marketplace import Marketplace
from tests.hostile.operations import Operation, list_operations
from tests.hostile.siege import Siege
from tests.hostile.watching import FaultLog

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Fields that a secret is meant for; a card's number is also typed into all others.
PLACES = {
    "accountNumber": itertools.cycle((*secrets_of_all.CARDS, *secrets_of_all.BANK_ACCOUNTS)),
    "csc": itertools.cycle(secrets_of_all.CODES),
    "accountData": itertools.cycle([secrets_of_all.TRACK]),
    "processor_key": itertools.cycle(secrets_of_all.PROCESSOR_KEYS),
    "password": itertools.cycle(secrets_of_all.PASSWORDS),
    "client_secret": itertools.cycle(["an-application-secret-made-up-for-tests"]),
    "iban": itertools.cycle(secrets_of_all.IBANS),
}
CARDS = itertools.cycle(secrets_of_all.CARDS)
# Where a secret belongs: an IBAN is paid to, so it is kept; Billy shows a company its own key.
AT_HOME = {"database": ("IBAN",), "dump": ("IBAN",), "answers": ("credentials of company",)}
BROWSERS = {"pages", "admin"}
ALL = counts.REQUESTS >= 10_000
SHARE, SHARE_OF_PAGES = (1, 1) if ALL else (2, 16)  # A page takes long.


class FaultOfOurs(Exception):
    """What happens inside of a request that fails."""


@pytest.fixture
def messages(tmp_path):
    """The broker's files."""
    with keeping_messages(tmp_path / "broker") as folder:
        yield folder


@pytest.fixture
def log():
    """Every line as the handlers of production would write it."""
    written: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(formatter.format(record))
    formatter = make_formatter()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


def make_formatter() -> logging.Formatter:
    logging.config.dictConfig(logs.configure("INFO"))
    formatter = logging.getLogger().handlers[0].formatter
    assert formatter is not None
    return formatter


def list_requests(turn: int) -> Iterator[Asked]:
    """Each operation as it should be asked, or with a card's number in every place that takes text.

    In the suite an operation is asked in one of the two ways, in the other one when the turn is over.
    """
    for door, operations in list_operations().items():
        every = SHARE_OF_PAGES if door in BROWSERS else SHARE
        for number, operation in enumerate(operations[::every]):
            if ALL or number % 2 == turn:
                said = (operation.fields or {}).items()
                fields = {name: next(PLACES[name]) if name in PLACES else value for name, value in said}
                yield write(operation, fields)
            if ALL or number % 2 != turn:
                names = (operation.fields or {"x": ""}).keys() - {"next"}  # A redirect says where it leads.
                yield write(operation, {name: next(CARDS) for name in sorted(names)}, in_other_places=True)


def write(operation: Operation, fields: dict[str, object], *, in_other_places: bool = False) -> Asked:
    """Return a request; its other places are the query, the path and headers."""
    kind = operation.types[0] if operation.types else ""
    asked = Asked(
        operation.method,
        operation.path,
        operation.caller,
        {"Content-Type": kind} if kind else {},
        write_body(fields, kind, operation.path) if kind else "",
        door=operation.door,
    )
    if not in_other_places:
        return asked
    number = next(CARDS)
    headers = {
        "User-Agent": number,
        "Idempotency-Key": number,
        "X-Request-Id": number,
        "Referer": f"/?n={number}",
    }
    asked = replace(asked, headers={**asked.headers, **headers})
    if operation.door in BROWSERS:  # A page may say which address it has.
        return asked
    query = "&".join(f"{name}={number}" for name in operation.query or ("q",))
    return replace(asked, path=f"{asked.path}?{query}")


def send_all(siege: Siege, monkeypatch) -> list[Answer]:
    """Send each request; then each again while every writing fails on our side."""
    answers = [siege.ask(asked) for asked in list_requests(0)]
    siege.market.renew()
    with monkeypatch.context() as patch:
        for owner, name in ((Model, "save_base"), (QuerySet, "bulk_create"), (QuerySet, "update")):
            patch.setattr(owner, name, fail)
        answers += [siege.ask(asked) for asked in list_requests(1)]
    return answers


def fail(*args: object, **kwargs: object) -> None:
    raise FaultOfOurs


def write_answer(answer: Answer) -> str:
    """Return headers and body, without the cookie by which a visitor is known."""
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return f"{json.dumps(headers)} {answer.body.decode('utf-8', 'replace')}"


def find(secrets: dict[str, str], places: dict[str, str]) -> list[str]:
    """Return which secret is in which place; of a log-in by Basic the password counts, too."""
    found = []
    for name, value in secrets.items():
        for place, content in places.items():
            at_home = any(name.startswith(kind) for kind in AT_HOME.get(place, ()))
            hits = [content.find(each) for each in spell(name, value) if each in content]
            if hits and not at_home:
                found.append(f"{name} is in the {place}: {content[max(0, hits[0] - 150) : hits[0] + 30]!r}")
    return found


def spell(name: str, value: str) -> set[str]:
    """Return the ways in which a secret could be written."""
    if not name.startswith("credentials") or "_" in value:
        return {value}
    try:
        user, _, password = b64decode(value).decode().partition(":")
    except ValueError:
        return {value}
    return {value, password or user} - {"wrong"}


def test_no_secret_is_left_in_any_place(settings, messages, log, monkeypatch):
    for name, value in secrets_of_all.OF_SETTINGS.items():
        setattr(settings, name, value)
    settings.REQUEST_LOG_DAYS = 30
    for cache in ("default", "verified"):
        caches[cache].clear()
    with FaultLog() as faults:
        market = Marketplace()
        siege = Siege(market, faults)
        secrets = secrets_of_all.list_secrets(market)
        answers = send_all(siege, monkeypatch)
    statuses = {answer.status for answer in answers}
    assert {200, 400, 404, 500} <= statuses
    places = {
        "database": read_database(),
        "dump": dump_database(),
        "sandbox": read_sandbox(),
        "broker": read_folder(messages).decode("latin-1"),
        "caches": read_caches(),
        "log": "\n".join(log),
        "mails": "\n".join(f"{sent.subject} {sent.body}" for sent in mail.outbox),
        "answers": "\n".join(map(write_answer, answers)),
    }
    assert len(secrets) >= 60
    assert [name for name, content in places.items() if not content] in (
        [],
        ["mails"],
        ["dump"],
        ["dump", "mails"],
    )
    assert find(secrets, places) == []


def test_a_code_of_a_card_is_in_no_row_and_no_line(settings, messages, log):
    """Four digits are found in many a number, so a code is looked for where it stands alone."""
    siege = Siege(Marketplace(), FaultLog())
    for asked in itertools.chain(list_requests(0), list_requests(1)):
        if "csc" in asked.body:
            siege.ask(asked)
    for place, content in {"database": read_database(), "log": "\n".join(log)}.items():
        for code in secrets_of_all.CODES:
            assert f'"{code}"' not in content, place
            assert f"={code}" not in content, place
            assert code not in content.splitlines(), place
