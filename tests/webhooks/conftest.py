"""What the tests of webhooks stand on: an application that sells, its endpoint, and a receiver."""

from collections.abc import Iterator

import pytest

from customers.models import Application
from operations.factories import ApplicationFactory
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def _fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.deliver.TICK", 0.02)
    monkeypatch.setattr("webhooks.deliver.FANS_OUT_EVERY", 0.05)


@pytest.fixture(autouse=True)
def _own_machine(settings) -> None:
    settings.IS_LOCAL = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def app(transactional_db) -> Application:
    return ApplicationFactory()
