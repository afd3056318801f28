"""What the bank says of payouts settles some and gives back others; once, and never the wrong ones."""

import pytest
from django.test import override_settings

from operations.factories import PayoutFactory
from payouts.bank.reports import read_report
from payouts.bank.take_report import take_report
from payouts.errors import ReportTakenBefore, UnreadableReport
from payouts.models import BankReport, Payout
from payouts.sending.bank_file import make_bank_file
from payouts.sending.paid_or_returned import return_payout
from tests.module_rows import rows_of_module
from tests.payouts.conftest import PAID_IN_EUROS, make_seller
from tests.payouts.steps import balances, fetch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>
<Id>1</Id>{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="{currency}">{total}</Amt><CdtDbtInd>{way}</CdtDbtInd>{status}
<NtryDtls>{details}</NtryDtls></Ntry>"""
NEW_STATUS, OLD_STATUS = "<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>"
DETAIL = """<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><Amt Ccy="{currency}">{amount}</Amt>
<CdtDbtInd>{way}</CdtDbtInd>{why}</TxDtls>"""
PAIN = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><GrpSts>{group}</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>"""
LINE = """<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf></TxInfAndSts>"""

REFUSED = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><GrpSts>RJCT</GrpSts>
<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>{block}</CstmrPmtStsRpt></Document>"""
BLOCK = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>
</OrgnlPmtInfAndSts>"""


@pytest.fixture(scope="module")
def _payouts_of_module(request):
    with override_settings(**PAID_IN_EUROS), rows_of_module(request, make_payouts) as made:
        yield made


def make_payouts():
    account = make_seller().payout_accounts.get()
    made = [PayoutFactory(account=account, approved=True, method="bank_file") for _ in range(2)]
    make_bank_file(actor="test")
    return [payout.pk for payout in made]


@pytest.fixture
def payouts(_payouts_of_module, db):
    """Two payouts of 50.00 in one file."""
    return [Payout.objects.get(pk=pk) for pk in _payouts_of_module]


def camt(*entries, version="08"):
    return CAMT.format(entries="".join(entries), version=version).encode()


def entry(*details, total="50.00", way="DBIT", currency="EUR", status=NEW_STATUS):
    return ENTRY.format(total=total, way=way, currency=currency, details="".join(details), status=status)


def detail(payout, amount="50.00", way="DBIT", currency="EUR", why=""):
    return DETAIL.format(name=payout.public_id.hex, amount=amount, way=way, currency=currency, why=why)


def whole(payouts):
    return f"<Btch><PmtInfId>{payouts[0].batch.message_id}</PmtInfId></Btch>"


def pain(payouts, group="PART", **statuses):
    lines = [LINE.format(name=payouts[int(n[1])].public_id.hex, status=s) for n, s in statuses.items()]
    return PAIN.format(batch=payouts[0].batch.message_id, group=group, lines="".join(lines)).encode()


def refused(payouts, code="FF01", block=""):
    """A message that the bank refuses as a whole."""
    batch = payouts[0].batch.message_id
    return REFUSED.format(batch=batch, code=code, block=block.format(batch=batch)).encode()


def take(content):
    report = take_report(content, actor="staff:clerk")
    return report.settled, report.returned, report.unmatched


def statuses(payouts):
    return [fetch(payout).status for payout in payouts]


@pytest.mark.slow
def test_a_statement_settles_what_left(payouts):
    assert take(camt(entry(detail(payouts[0])), entry(detail(payouts[1])))) == (2, 0, 0)
    assert statuses(payouts) == ["settled", "settled"]
    assert balances() == {"buyer_clearing": 10_000, "seller_payable": -10_000}


@pytest.mark.parametrize(("version", "status"), [("02", OLD_STATUS), ("08", NEW_STATUS), ("13", NEW_STATUS)])
def test_versions_of_statements_are_read_alike(payouts, version, status):
    assert take(camt(entry(detail(payouts[0]), status=status), version=version)) == (1, 0, 0)


def test_a_batch_that_the_bank_books_as_one_settles_all_of_it(payouts):
    assert take(camt(entry(whole(payouts), total="100.00"))) == (2, 0, 0)


@pytest.mark.parametrize("total", ["100.01", "50.00"])
def test_a_batch_of_another_sum_settles_nothing(payouts, total):
    assert take(camt(entry(whole(payouts), total=total))) == (0, 0, 1)
    assert statuses(payouts) == ["sent", "sent"]


def test_a_batch_that_the_bank_books_net_of_what_it_refused_settles_the_others(payouts):
    take(pain(payouts, _0="RJCT"))
    assert take(camt(entry(whole(payouts), total="50.00"))) == (1, 0, 0)
    assert statuses(payouts) == ["returned", "settled"]


def test_a_batch_that_the_bank_books_with_what_it_refused_leaves_that_to_a_person(payouts):
    take(pain(payouts, _0="RJCT"))
    assert take(camt(entry(whole(payouts), total="100.00"))) == (1, 0, 1)
    assert statuses(payouts) == ["returned", "settled"]


def test_a_credit_of_what_is_left_of_a_batch_returns_nothing(payouts):
    take(pain(payouts, _0="RJCT", _1="ACSC"))
    assert take(camt(entry(whole(payouts), total="50.00", way="CRDT"))) == (0, 0, 1)
    assert statuses(payouts) == ["returned", "settled"]


@pytest.mark.parametrize("total", ["0.00", "50.00", "100.00"])
def test_a_batch_that_was_refused_as_a_whole_is_settled_by_no_sum(payouts, total):
    take(refused(payouts))
    settled, returned, unmatched = take(camt(entry(whole(payouts), total=total)))
    assert (settled, returned, unmatched > 0) == (0, 0, True)


@pytest.mark.parametrize("before", ["sent", "settled"])
def test_what_comes_back_releases_its_own_sum_and_no_other(payouts, before):
    if before == "settled":
        take(camt(entry(detail(payouts[0])), entry(detail(payouts[1]))))
    why = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></RtrInf>"
    back = entry(detail(payouts[0], way="CRDT", why=why), way="CRDT")
    assert take(camt(back)) == (0, 1, 0)
    assert statuses(payouts) == ["returned", before]
    assert (fetch(payouts[0]).failure_code, fetch(payouts[0]).failure_message) == ("AC04", "Account closed")


def test_taking_the_same_file_again_is_refused_and_another_file_of_the_same_harmless(payouts):
    content = camt(entry(detail(payouts[0])))
    take(content)
    before = balances()
    with pytest.raises(ReportTakenBefore):
        take(content)
    assert take(content + b"\n") == (0, 0, 0)
    assert (balances(), BankReport.objects.count()) == (before, 2)


def test_a_statement_of_an_earlier_day_does_not_pay_what_came_back(payouts):
    take(camt(entry(detail(payouts[0], way="CRDT"), way="CRDT")))
    assert take(camt(entry(detail(payouts[0])))) == (0, 0, 0)
    assert fetch(payouts[0]).status == "returned"


def test_a_payment_of_what_staff_marked_as_returned_is_left_to_a_person(payouts):
    return_payout(payouts[0].pk, actor="staff:clerk", reason="The seller says that nothing came.")
    assert take(camt(entry(detail(payouts[0])))) == (0, 0, 1)
    assert fetch(payouts[0]).status == "returned"


@pytest.mark.parametrize(
    "said", [{"amount": "50.01"}, {"currency": "SEK"}, {"amount": "0"}, {"amount": "-50.00"}]
)
def test_another_amount_or_currency_changes_nothing(payouts, said):
    assert take(camt(entry(detail(payouts[0], **said)))) == (0, 0, 1)
    assert fetch(payouts[0]).status == "sent"


def test_payouts_by_hand_and_names_that_are_not_ours_are_left_alone(payouts):
    by_hand = PayoutFactory(sent=True)
    other = entry(DETAIL.format(name="NOTPROVIDED", amount="5.00", way="DBIT", currency="EUR", why=""))
    assert take(camt(entry(detail(by_hand)), other)) == (0, 0, 2)
    assert fetch(by_hand).status == "sent"


def test_what_is_not_booked_yet_is_not_believed(payouts):
    assert take(camt(entry(detail(payouts[0]), status="<Sts><Cd>PDNG</Cd></Sts>"))) == (0, 0, 0)


def test_a_status_report_settles_and_refuses_one_by_one(payouts):
    assert take(pain(payouts, _0="ACSC", _1="RJCT")) == (1, 1, 0)
    assert statuses(payouts) == ["settled", "returned"]
    assert fetch(payouts[1]).failure_message == "Account closed"


@pytest.mark.parametrize("status", ["ACCP", "ACSP", "ACTC", "PDNG", "RCVD"])
def test_steps_on_the_way_say_nothing(payouts, status):
    assert take(pain(payouts, group=status, _0=status)) == (0, 0, 0)
    assert statuses(payouts) == ["sent", "sent"]


def test_a_file_that_is_refused_as_a_whole_releases_all_of_it(payouts):
    assert take(pain(payouts, group="RJCT")) == (0, 2, 0)
    assert balances() == {"buyer_clearing": 20_000, "seller_payable": -20_000}


@pytest.mark.parametrize("code", ["AM05", "DU01", "DU05", "DUPL"])
def test_a_file_that_was_handed_in_twice_takes_nothing_back(payouts, code, caplog):
    paid = camt(entry(detail(payouts[0])), entry(detail(payouts[1])))
    assert take(refused(payouts, code)) == (0, 0, 1)
    assert "bank refused a duplicate" in caplog.text
    assert take(paid) == (2, 0, 0)
    assert take(refused(payouts, code) + b"\n") == (0, 0, 1)
    assert statuses(payouts) == ["settled", "settled"]
    assert balances() == {"buyer_clearing": 10_000, "seller_payable": -10_000}


def test_the_block_of_a_duplicate_message_is_a_duplicate_too(payouts):
    assert take(refused(payouts, "DU01", BLOCK)) == (0, 0, 2)
    assert statuses(payouts) == ["sent", "sent"]


def test_a_payment_that_is_sent_back_as_a_duplicate_is_left_to_a_person(payouts):
    take(camt(entry(detail(payouts[0]))))
    why = "<RtrInf><Rsn><Cd>AM05</Cd></Rsn></RtrInf>"
    assert take(camt(entry(detail(payouts[0], way="CRDT", why=why), way="CRDT"))) == (0, 0, 1)
    assert statuses(payouts) == ["settled", "sent"]


@pytest.mark.parametrize("single", [True, False])
def test_a_refusal_returns_what_is_on_its_way_and_leaves_what_was_paid_to_a_person(payouts, single, caplog):
    take(camt(entry(detail(payouts[0]))))
    refusal = pain(payouts, _0="RJCT", _1="RJCT") if single else refused(payouts)
    assert take(refusal) == (0, 1, 1)
    assert statuses(payouts) == ["settled", "returned"]
    assert "bank refused a payout that it had paid" in caplog.text


def test_a_payment_of_what_the_bank_only_said_it_refused_is_left_to_a_person(payouts, caplog):
    take(refused(payouts))
    assert take(camt(entry(detail(payouts[0])))) == (0, 0, 1)
    assert statuses(payouts) == ["returned", "returned"]
    assert "bank paid a payout that was returned" in caplog.text


def test_a_refusal_that_is_booked_and_sent_back_is_no_payment(payouts):
    take(refused(payouts))
    assert take(camt(entry(detail(payouts[0], way="CRDT"), way="CRDT"))) == (0, 0, 0)
    assert take(camt(entry(detail(payouts[0])))) == (0, 0, 0)
    assert fetch(payouts[0]).failure_code == "FF01"


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<Document/>",
        b"<a><b></a>",
        "\ufeffx".encode(),
        b'<!DOCTYPE d [<!ENTITY e "x">]><Document>&e;</Document>',
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>',
        CAMT.format(
            version="08",
            entries=ENTRY.format(
                total="x",
                way="DBIT",
                currency="EUR",
                status=NEW_STATUS,
                details="<TxDtls><Refs><EndToEndId>a</EndToEndId></Refs></TxDtls>",
            ),
        ).encode(),
        CAMT.format(
            version="08",
            entries="<Ntry><Amt>5</Amt><Sts>BOOK</Sts><NtryDtls><TxDtls><Refs>"
            "<EndToEndId>a</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>",
        ).encode(),
    ],
)
def test_what_is_no_report_is_refused(content):
    with pytest.raises(UnreadableReport):
        read_report(content)


def test_an_empty_statement_is_a_report_of_nothing(payouts):
    assert take(camt()) == (0, 0, 0)
