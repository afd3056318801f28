"""A sandbox processor that tells of disputes, fees and cards what a test writes down, and signs hints."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from core.money import Money
from gateway.base import GatewayError
from gateway.cards import CardToken
from gateway.hints import DisputeReport, DisputeStatus, ForgedHint, Hint, Subject
from gateway.movements import Answer, Movement, Verdict
from gateway.sandbox import SandboxGateway

SIGNATURE = "made-up-signature"


class ScriptedGateway(SandboxGateway):
    """What it says stands in the class, because the registry makes the instance."""

    disputes: ClassVar[dict[str, DisputeReport]] = {}
    known_cards: ClassVar[dict[str, CardToken | None]] = {}
    fee: ClassVar[Money | None] = None
    fee_follows: ClassVar[bool] = False
    says: ClassVar[Verdict | None] = None
    is_down: ClassVar[bool] = False
    asked: ClassVar[list[str]] = []

    def charge(self, movement: Movement) -> Answer:
        return self._with_fee(super().charge(movement))

    def lookup(self, movement: Movement) -> Answer:
        self._note(movement.key)
        answer = self._with_fee(super().lookup(movement))
        return replace(answer, verdict=self.says) if self.says else answer

    def _with_fee(self, answer: Answer) -> Answer:
        return replace(answer, fee=self.fee, fee_follows=self.fee_follows and self.fee is None)

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        if headers.get("signature") != SIGNATURE:
            raise ForgedHint
        return [Hint(event, Subject(subject), reference) for event, subject, reference in json.loads(body)]

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        self._note(reference)
        return self.disputes.get(reference)

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        self._note("disputes")
        return list(self.disputes.values())

    def read_card(self, *, token: str) -> CardToken | None:
        self._note(token)
        return self.known_cards[token]

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.is_down:
            raise GatewayError("timed out")


def report(charge, *, status=DisputeStatus.OPENED, reference="dp_1", amount=None, fee=1500, **changes):
    """What a processor says of a dispute of (part of) a collected charge."""
    capture = charge.attempts.get(state="succeeded")
    return DisputeReport(
        reference=reference,
        capture=capture.gateway_reference,
        status=status,
        money=Money(amount or charge.total_minor, charge.currency),
        fee=fee if isinstance(fee, Money) else Money(fee, charge.currency),
        reason="fraudulent",
        **changes,
    )
