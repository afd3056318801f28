"""Writes the file by which a bank makes payouts: ISO 20022, pain.001.001.09, as SEPA has it.

The same batch gives the same bytes, so that the bank knows a file that it was given before by its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sepaxml import SepaTransfer

from payouts.bank.letters import write_plain

SCHEMA = "pain.001.001.09"
MOST_OF_A_NAME = 70


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payout in a file: to whom, where, and how many cents. `end_to_end_id` names it at every bank."""

    end_to_end_id: str
    amount_minor: int
    holder: str
    iban: str
    street: str
    postcode: str
    town: str
    country: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a file is about: its id and instant (UTC), the day to pay on, and who pays from which account."""

    public_id: UUID
    created_at: datetime
    execution_on: date
    payer: str
    payer_iban: str
    payer_bic: str


class StableTransfer(SepaTransfer):
    """Names message and block after the batch; the library makes names and an instant up."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        config = {
            "name": write_plain(batch.payer, MOST_OF_A_NAME),
            "IBAN": batch.payer_iban,
            "currency": "EUR",
            "batch": True,
        } | ({"BIC": batch.payer_bic} if batch.payer_bic else {})
        super().__init__(config, schema=SCHEMA)

    def _create_header(self) -> None:
        super()._create_header()
        header = self._xml.find("CstmrCdtTrfInitn/GrpHdr")
        header.find("MsgId").text = self._batch.public_id.hex
        header.find("CreDtTm").text = f"{self._batch.created_at:%Y-%m-%dT%H:%M:%SZ}"

    def _finalize_batch(self) -> None:
        super()._finalize_batch()
        [block] = self._xml.findall("CstmrCdtTrfInitn/PmtInf")
        block.find("PmtInfId").text = self._batch.public_id.hex


def write_file(batch: Batch, transfers: Sequence[Transfer]) -> bytes:
    """Return the file, checked against the schema. Raises sepaxml's ValidationError for what does not fit."""
    file = StableTransfer(batch)
    for transfer in transfers:
        file.add_payment(_describe(batch, transfer))
    content: bytes = file.export(validate=True)
    return content


def _describe(batch: Batch, transfer: Transfer) -> dict[str, Any]:
    return {
        "name": write_plain(transfer.holder, MOST_OF_A_NAME),
        "IBAN": transfer.iban,
        "amount": transfer.amount_minor,
        "execution_date": batch.execution_on,
        "description": f"Payout {transfer.end_to_end_id}",
        "endtoend_id": transfer.end_to_end_id,
        "address": {
            "street_name": write_plain(transfer.street, 70),
            "postcode": write_plain(transfer.postcode, 16),
            "town": write_plain(transfer.town, 35),
            "country": transfer.country,
        },
    }
