"""Takes what a bank says of payouts, once for each file: settles some, gives back others."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from core.money import Money
from payouts.bank.reports import Line, read_report
from payouts.errors import ReportTakenBefore
from payouts.models import BankReport, Payout, PayoutBatch, PayoutMethod, PayoutStatus
from payouts.sending.paid_or_returned import return_payout, settle_payout

SETTLED, RETURNED, UNMATCHED = "settled", "returned", "unmatched"

log = structlog.get_logger(__name__)


@transaction.atomic
def take_report(content: bytes, *, actor: str) -> BankReport:
    """Read a pain.002 or camt.053 and record what it says of payouts that went by file; return the counts.

    What was known before counts for nothing. What fits no payout in name and amount, says that a file is a
    duplicate or contradicts what was known changes nothing and counts as unmatched: it is for a person.
    Raises UnreadableReport, ReportTakenBefore.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if BankReport.objects.filter(sha256=sha256).exists():
        raise ReportTakenBefore
    report = read_report(content)
    named = _lock_payouts(report.lines)
    counts = Counter(what for line in report.lines for what in _apply(line, named, actor=actor))
    try:
        with transaction.atomic():
            return BankReport.objects.create(
                kind=report.kind,
                sha256=sha256,
                settled=counts[SETTLED],
                returned=counts[RETURNED],
                unmatched=counts[UNMATCHED],
                actor=actor,
            )
    except IntegrityError:
        raise ReportTakenBefore from None


def _lock_payouts(lines: Sequence[Line]) -> dict[str, list[Payout]]:
    """Return the payouts that lines are about, by the names of payouts and batches in them, all locked."""
    ids = {public_id for line in lines if (public_id := _read_id(line.name))}
    sent = Payout.objects.filter(method=PayoutMethod.BANK_FILE, batch__isnull=False)
    mine = sent.filter(Q(public_id__in=ids) | Q(batch__in=PayoutBatch.objects.filter(public_id__in=ids)))
    named: dict[str, list[Payout]] = defaultdict(list)
    for payout in mine.select_for_update(of=("self",)).select_related("batch").order_by("pk"):
        named[payout.end_to_end_id].append(payout)
        if payout.batch is not None:
            named[payout.batch.message_id].append(payout)
    return named


def _apply(line: Line, named: Mapping[str, list[Payout]], *, actor: str) -> list[str]:
    """Record one line, and say what became of each payout that it is about; nothing where it is known."""
    payouts = _choose(named.get(line.name.lower(), []), line)
    if not payouts:
        log.warning("bank report names no payout of ours", name=line.name)
        return [UNMATCHED]
    if line.is_duplicate:
        log.error("bank refused a duplicate", name=line.name, code=line.code)
        return [UNMATCHED]
    return [what for payout in payouts if (what := _record(payout, line, actor=actor))]


def _choose(payouts: list[Payout], line: Line) -> list[Payout]:
    """Return those of the payouts with its name that a line is about, by its amount; none if it fits none."""
    if line.money is None or _has_sum(payouts, line.money):
        return payouts
    # Some banks book a batch net of what they refused. A credit of that sum could be what was refused.
    rest = [payout for payout in payouts if not _is_returned(payout)] if line.is_settled else []
    return rest if _has_sum(rest, line.money) else []


def _has_sum(payouts: list[Payout], money: Money) -> bool:
    total = sum(payout.amount_minor for payout in payouts)
    return (money.amount_minor, {money.currency}) == (total, {payout.currency for payout in payouts})


def _is_returned(payout: Payout) -> bool:
    # An earlier line may have returned it.
    return Payout.objects.filter(pk=payout.pk, status=PayoutStatus.RETURNED).exists()


def _record(payout: Payout, line: Line, *, actor: str) -> str:
    # An earlier line may be about the same payout.
    payout.refresh_from_db(fields=["status", "came_back"])
    if line.is_settled:
        return _record_paid(payout, actor=actor)
    return _record_unpaid(payout, line, actor=actor)


def _record_paid(payout: Payout, *, actor: str) -> str:
    if payout.status == PayoutStatus.SENT:
        settle_payout(payout.pk, actor=actor)
        return SETTLED
    if payout.status == PayoutStatus.SETTLED or payout.came_back:
        return ""  # Of what came back, this is a statement of an earlier day.
    log.error("bank paid a payout that was returned", payout=str(payout.public_id))
    return UNMATCHED


def _record_unpaid(payout: Payout, line: Line, *, actor: str) -> str:
    if payout.status == PayoutStatus.SETTLED and not line.is_booked:
        # What left comes back as a credit; without one the seller still has it.
        log.error("bank refused a payout that it had paid", payout=str(payout.public_id), code=line.code)
        return UNMATCHED
    is_known = payout.status == PayoutStatus.RETURNED
    return_payout(payout.pk, actor=actor, code=line.code, reason=line.message)
    if line.is_booked:
        Payout.objects.filter(pk=payout.pk).update(came_back=True)
    return "" if is_known else RETURNED


def _read_id(name: str) -> UUID | None:
    try:
        return UUID(hex=name)
    except ValueError:
        return None
