"""The file for the bank: valid, the same each time, with the right sum, and kept as it was made."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

from core import clock
from operations.factories import PayoutAccountFactory, PayoutFactory
from payouts.bank.pain001 import Batch, Transfer, write_file
from payouts.errors import MethodNotPossible, NothingToSend
from payouts.models import PayoutBatch
from payouts.sending.bank_file import make_bank_file
from tests.payouts.steps import balances, fetch

GOLDEN = Path(__file__).parent / "golden" / "pain001.xml"
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
BATCH = Batch(
    public_id=UUID("01a1fd11-9c2e-7d11-9f6b-3c5d7e9fa012"),
    created_at=datetime(2026, 11, 29, 8, tzinfo=UTC),
    execution_on=date(2026, 11, 30),
    payer="Märktplatz & Söhne GmbH",
    payer_iban="DE02120300000000202051",
    payer_bic="BYLADEM1001",
)
TRANSFERS = [
    Transfer(
        end_to_end_id="01a1fd119c2e7d119f6b3c5d7e9fa013",
        amount_minor=123_456,
        holder="Müller Größenwahn 🎈 GmbH",
        iban="DE89370400440532013000",
        street="Straße der Ärzte 1",
        postcode="10115",
        town="Köln",
        country="DE",
    ),
    Transfer(
        end_to_end_id="01a1fd119c2e7d119f6b3c5d7e9fa014",
        amount_minor=7,
        holder="Ærø Bageri <Aps>",
        iban="NL91ABNA0417164300",
        street="Lange Weg 2",
        postcode="",
        town="Ørsted",
        country="NL",
    ),
]


def write_texts(content: bytes, path: str) -> list[str]:
    return [each.text for each in ElementTree.fromstring(content).iterfind(path, SPACE)]


def test_the_file_is_what_it_was_the_last_time():
    assert write_file(BATCH, TRANSFERS) == GOLDEN.read_bytes()


@pytest.mark.slow
def test_the_same_batch_gives_the_same_bytes():
    assert write_file(BATCH, TRANSFERS) == write_file(BATCH, TRANSFERS)


def test_count_and_sum_stand_in_header_and_block_to_the_cent():
    content = write_file(BATCH, TRANSFERS)
    assert write_texts(content, ".//p:CtrlSum") == ["1234.63", "1234.63"]
    assert write_texts(content, ".//p:NbOfTxs") == ["2", "2"]
    assert write_texts(content, ".//p:InstdAmt") == ["1234.56", "0.07"]


def test_letters_are_those_that_banks_exchange():
    content = write_file(BATCH, TRANSFERS)
    assert write_texts(content, ".//p:Cdtr/p:Nm") == ["Muller Grossenwahn GmbH", "AEro Bageri Aps"]
    assert write_texts(content, ".//p:TwnNm") == ["Koln", "Orsted"]
    assert write_texts(content, ".//p:Dbtr/p:Nm") == ["Marktplatz Sohne GmbH"]
    assert content.isascii()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("sound_books")
class TestBatches:
    @pytest.fixture
    def account(self, seller):
        return seller.payout_accounts.get()

    def test_approved_payouts_go_into_one_file_and_count_as_sent(self, account):
        payouts = [PayoutFactory(account=account, approved=True, method="bank_file") for _ in range(3)]
        PayoutFactory(account=account, method="bank_file")
        batch = make_bank_file(actor="staff:clerk", execution_on=date(2099, 1, 4))
        assert (batch.count, batch.total_minor, batch.currency) == (3, 15_000, "EUR")
        assert [fetch(payout).status for payout in payouts] == ["sent"] * 3
        assert {fetch(payout).batch for payout in payouts} == {batch}
        content = bytes(PayoutBatch.objects.get().content)
        assert hashlib.sha256(content).hexdigest() == batch.sha256
        assert write_texts(content, ".//p:MsgId") == [batch.message_id]
        assert write_texts(content, ".//p:PmtInfId") == [batch.message_id]
        assert write_texts(content, ".//p:EndToEndId") == [payout.public_id.hex for payout in payouts]
        assert write_texts(content, ".//p:ReqdExctnDt/p:Dt") == ["2099-01-04"]
        assert balances()["payouts_in_transit"] == -20_000

    def test_a_payout_is_in_one_file_only(self, account):
        PayoutFactory(account=account, approved=True, method="bank_file")
        make_bank_file(actor="staff:clerk")
        with pytest.raises(NothingToSend):
            make_bank_file(actor="staff:clerk")

    def test_other_currencies_and_ways_are_in_no_file(self, account, settings):
        PayoutFactory(account=account, approved=True)
        settings.DEFAULT_CURRENCY = "USD"
        dollars = PayoutAccountFactory(without_iban=True)
        PayoutFactory(account=dollars, approved=True)
        with pytest.raises(NothingToSend):
            make_bank_file(actor="staff:clerk")

    def test_without_an_account_to_pay_from_there_is_no_file(self, account, settings):
        PayoutFactory(account=account, approved=True, method="bank_file")
        settings.PAYOUT_PAYER_IBAN = ""
        with pytest.raises(MethodNotPossible, match="PAYOUT_PAYER_IBAN"):
            make_bank_file(actor="staff:clerk")

    def test_the_bank_is_asked_to_pay_today_unless_another_day_is_said(self, account):
        PayoutFactory(account=account, approved=True, method="bank_file")
        assert make_bank_file(actor="staff:clerk").execution_on == clock.now().date()
