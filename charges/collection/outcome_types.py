"""What a call to a gateway can come to, and the rows that it changes."""

from datetime import timedelta
from typing import NamedTuple

from charges.collection.retries import FIRST_CHECK
from charges.fees.record import LearnedFee
from charges.rows import AttemptRow, ChargeMove, PeriodPayment, ReceivableEntry
from gateway.movements import Answer
from ledger.postings import Posting

CANCELLED = "The processor cancelled it before money moved."


class NeverSent(NamedTuple):
    """The request provably never left."""

    message: str


class RefusedHere(NamedTuple):
    """We do not send the request, and say why in a code and in words; the processor knows nothing of it."""

    code: str
    message: str


class NoAnswer(NamedTuple):
    """The request may have left, and nothing definite came back; the gateway is asked after the delay."""

    message: str
    delay: timedelta = FIRST_CHECK


class Stopped(NamedTuple):
    """The gateway says that nothing moved under a reference of its own (or our key), and nothing ever will.

    `is_replaced` says that another card or account is to pay instead.
    """

    message: str
    reference: str = ""
    is_replaced: bool = False


class Contradiction(NamedTuple):
    """What the gateway says cannot be recorded in our books, and only a person can find out why."""

    message: str


Outcome = Answer | NeverSent | RefusedHere | NoAnswer | Stopped | Contradiction


def name_void(answer: Answer, *, reference: str, awaits_payer: bool) -> Stopped:
    """Return what a void answer means to an attempt, asked about by this reference or, if empty, its key.

    Whoever cancelled it may have died before recording why: a payment that waits for its payer is then made
    anew.
    """
    return Stopped(answer.message or CANCELLED, reference, is_replaced=awaits_payer)


class Change(NamedTuple):
    """The rows that an outcome leads to; None for what stays as it is."""

    attempt: AttemptRow | None = None
    charge: ChargeMove | None = None
    posting: Posting | None = None
    receivable: ReceivableEntry | None = None
    payment: PeriodPayment | None = None
    fee: LearnedFee | None = None
