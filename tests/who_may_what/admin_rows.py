"""A row in each list of the admin that two tenants with everything leave empty."""

from datetime import date

from charges.disputes.record import Asked, record_dispute
from charges.hints.store import store_hints
from charges.models import CardTesting, Charge
from charges.models.card_tries import TrySubject
from core import clock
from gateway.hints import DisputeStatus, Hint, Subject
from invoicing.models import HeldInvoice
from mail.blocking import block_address
from mail.models import BlockReason
from operations.factories import ChargeFactory, SignUpFactory
from payouts.models import BankReport, PayoutBatch
from request_log.entries import STRANGER, Entry
from request_log.write import write_entries
from tests.charges.scripted_gateway import report
from tests.mail.steps import queue_some

ACTOR = "test"


def make_rows() -> None:
    """Make them, each by the service that makes it in earnest where that takes one step."""
    _go_wrong()
    _correspond()
    _pay_by_file()


def _go_wrong() -> None:
    now = clock.now()
    said = report(ChargeFactory(collected=True), status=DisputeStatus.OPENED, evidence_due_by=now)
    record_dispute(Asked("sandbox", said, now))
    store_hints(gateway="sandbox", hints=[Hint("evt_1", Subject.CARD, "pm_1")])
    counts = {"tries": 25, "cards": 21, "declines": 19, "refusals": 180}
    times = {"since": now, "last_refused_at": now}
    CardTesting.objects.create(kind=TrySubject.CALLER, subject="api", caller="api", **counts, **times)
    HeldInvoice.objects.create(
        charge=Charge.objects.latest("pk"), country="DE", day=now.date(), terms={"recipient": {}}
    )


def _correspond() -> None:
    SignUpFactory()
    queue_some()
    block_address("gone@buyer.example", reason=BlockReason.BOUNCED)
    write_entries([Entry(STRANGER, "GET", "/v2", 401, "one", 12, "Not so.", None, clock.now())])


def _pay_by_file() -> None:
    terms = {"currency": "EUR", "count": 1, "total_minor": 5_000, "execution_on": date(2026, 12, 1)}
    PayoutBatch.objects.create(**terms, content=b"<Document/>", sha256="1" * 64, actor=ACTOR)
    counts = {"settled": 1, "returned": 0, "unmatched": 0}
    BankReport.objects.create(kind="camt.053", sha256="2" * 64, **counts, actor=ACTOR)
