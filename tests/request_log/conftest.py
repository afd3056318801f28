"""A request log that writes when a test says so."""

import pytest

from billing_site import request_records
from request_log.models import LoggedRequest
from request_log.recorder import Recorder


class Log:
    """The recorder of this test, without its thread."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.recorder._start = lambda: None

    def read(self) -> list[LoggedRequest]:
        """Write what waits and return all rows, the oldest first."""
        self.recorder.flush()
        return list(LoggedRequest.objects.order_by("pk"))

    def read_one(self) -> LoggedRequest:
        [row] = self.read()
        return row


@pytest.fixture
def request_log(settings, monkeypatch):
    settings.REQUEST_LOG_DAYS = 30
    log = Log()
    monkeypatch.setattr(request_records, "RECORDER", log.recorder)
    return log
