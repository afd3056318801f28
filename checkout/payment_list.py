"""The payments of the reader's organisation: what became of each, its receipt, invoice and refunds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from charges.failure_words import explain_failure
from charges.models import Attempt, AttemptState, Charge, ChargeKind, ChargeStatus
from checkout.offers import DirectOffer
from checkout.paging import take_page
from checkout.presenters import find_future
from core.local_formats import write_day, write_instant, write_money
from core.money import Money
from invoicing.models import TaxPaper

PAYMENTS = Q(
    kind=ChargeKind.CHARGE, status__in=[ChargeStatus.PROCESSED, ChargeStatus.SUCCESS, ChargeStatus.FAILED]
)
GIVEN_BACK = (ChargeStatus.SUCCESS, ChargeStatus.PROCESSED)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment as its buyer sees it in a list."""

    offer: DirectOffer
    amount: str
    state: str
    refunds: list[str]
    papers: list[TaxPaper]

    @property
    def charge(self) -> Charge:
        """The row itself."""
        return self.offer.purchase

    @property
    def is_paid(self) -> bool:
        """Say whether there is a receipt."""
        return bool(self.charge.status == ChargeStatus.SUCCESS)


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Some payments, and the id behind which older ones are, if there are any."""

    lines: list[PaymentLine]
    older: UUID | None

    @classmethod
    def of(cls, organization_id: int, *, before: UUID | None) -> Self:
        """Read a page, newest first, with what belongs to its payments."""
        payments = Charge.objects.filter(buyer_id=organization_id).select_related("order_application")
        page = take_page(payments, of=PAYMENTS, before=before)
        shown = [charge.pk for charge in page.rows]
        refunds, papers, awaiting = find_refunds(shown), find_papers(shown), _find_awaiting(shown)
        lines = [
            PaymentLine(
                offer=DirectOffer(charge),
                amount=write_money(charge.total),
                state=_describe_state(charge, awaits_payer=charge.pk in awaiting),
                refunds=refunds[charge.pk],
                papers=papers[charge.pk],
            )
            for charge in page.rows
        ]
        return cls(lines, page.older)


def find_refunds(charge_ids: Collection[int]) -> dict[int, list[str]]:
    """Return in sentences what was given back of each charge, and what is on its way."""
    said: dict[int, list[str]] = defaultdict(list)
    refunds = Charge.objects.filter(refund_of__in=charge_ids, status__in=GIVEN_BACK)
    sums = refunds.values("refund_of", "status", "currency").annotate(sum_minor=Sum("total_minor"))
    for row in sums.order_by("-status"):
        amount = {"amount": write_money(Money(row["sum_minor"], row["currency"]))}
        is_done = row["status"] == ChargeStatus.SUCCESS
        words = _("%(amount)s was given back") if is_done else _("%(amount)s is on its way back to you")
        said[row["refund_of"] or 0].append(words % amount)
    return said


def find_papers(charge_ids: Collection[int]) -> dict[int, list[TaxPaper]]:
    """Return the invoice and the credit notes of each charge."""
    papers: dict[int, list[TaxPaper]] = defaultdict(list)
    for paper in TaxPaper.objects.filter(charge__in=charge_ids).order_by("pk"):
        papers[paper.charge_id].append(paper)
    return papers


def _find_awaiting(charge_ids: Iterable[int]) -> set[int]:
    waiting = Attempt.objects.filter(charge__in=charge_ids, state=AttemptState.AWAITING_BUYER)
    return set(waiting.values_list("charge", flat=True))


def _describe_state(charge: Charge, *, awaits_payer: bool) -> str:
    """Say what became of a payment, why it failed, and what happens next."""
    if charge.status == ChargeStatus.SUCCESS:
        return _("Paid on %(day)s") % {"day": write_day(charge.finished_at or charge.created_at)}
    if awaits_payer:
        return _("Waits for you to confirm it")
    if not charge.failure_code:
        return _("Being collected")
    reason, retry_at = explain_failure(charge.failure_code), find_future(charge.collect_at)
    if charge.status == ChargeStatus.FAILED:
        return _("Failed: %(reason)s") % {"reason": reason}
    if retry_at is None:
        return _("Failed: %(reason)s It is being tried again.") % {"reason": reason}
    parts = {"reason": reason, "time": write_instant(retry_at)}
    return _("Failed: %(reason)s It is tried again on %(time)s.") % parts
