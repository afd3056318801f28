"""A third processor that nobody wrote a line for but these: it keeps its books in memory."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from core.money import Money
from gateway.base import GatewayError
from gateway.cards import BankAccount, BankAccountToken, Card, CardEntry, CardRefused, CardToken, Secret
from gateway.hints import DisputeReport, ForgedHint, Hint, Subject
from gateway.movements import Answer, Booking, Movement, Verdict

PATH = "tests.gateway.made_up_gateway.MadeUpGateway"


class MadeUpGateway:
    """Names each charge beforehand; the token is how it behaves: pays, refuses, or says nothing of it."""

    name = "made_up"
    livemode = True
    key_ttl_seconds = 86_400
    listed_within = timedelta(0)
    prepares = True
    lists_disputes = False
    lists_returns = False

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.lock = RLock()

    def prepare(self, movement: Movement) -> str:
        return f"made-up-{movement.key}"

    def charge(self, movement: Movement) -> Answer:
        if "before" in movement.token:
            raise GatewayError("silence")
        answer = self._record(movement, self._decide(movement))
        if "after" in movement.token:
            raise GatewayError("silence")
        return answer

    def payout(self, movement: Movement) -> Answer:
        return self._record(movement, self._decide(movement))

    def refund(self, movement: Movement) -> Answer:
        return self._record(movement, self._decide(movement))

    def lookup(self, movement: Movement) -> Answer:
        return self.answers.get(movement.key, Answer(Verdict.NOT_FOUND, movement.key))

    def cancel(self, movement: Movement) -> Answer:
        return self._record(movement, Answer(Verdict.VOID, movement.key))

    def tokenize(self, card: Card) -> CardToken:
        return CardToken("made-up-card", "visa", card.number.reveal()[-4:], card.exp_month, card.exp_year)

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        raise CardRefused("number", "is not taken")

    def create_customer(self, *, key: str) -> str:
        return key

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        return CardEntry(f"https://made-up.example/{customer}", customer)

    def finish_card(self, *, session: str) -> CardToken | None:
        return None

    def read_card(self, *, token: str) -> CardToken | None:
        return None

    def forget_card(self, *, token: str) -> None:
        return None

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        if headers.get("x-made-up") != "signed":
            raise ForgedHint("not signed")
        return [Hint(json.loads(body)["id"], Subject.MOVEMENT, json.loads(body)["reference"])]

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        return None

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        return []

    def list_bookings(self, *, since: datetime, before: datetime) -> Iterator[Booking]:
        return iter(())

    def acting_for(self, credential: Secret) -> "MadeUpGateway":
        return self

    def finish(self) -> None:
        """Let the processor's bank pay all that is pending."""
        with self.lock:
            for key, answer in self.answers.items():
                if answer.verdict == Verdict.PENDING:
                    self.answers[key] = replace(answer, verdict=Verdict.APPROVED)

    def count_captured(self) -> int:
        """Return the cents that were captured."""
        approved = [each.money for each in self.answers.values() if each.verdict == Verdict.APPROVED]
        return sum(money.amount_minor for money in approved if isinstance(money, Money))

    def _decide(self, movement: Movement) -> Answer:
        verdict = Verdict.PENDING if "pending" in movement.token else Verdict.APPROVED
        if "refuses" in movement.token:
            verdict = Verdict.DECLINED
        reference = movement.reference or f"made-up-{movement.key}"
        return Answer(verdict, movement.key, reference, movement.money, code="made_up_no", message="No.")

    def _record(self, movement: Movement, answer: Answer) -> Answer:
        with self.lock:
            return self.answers.setdefault(movement.key, answer)
