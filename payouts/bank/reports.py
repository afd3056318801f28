"""Reads what a bank says of payouts: ISO 20022, pain.002 (status) and camt.053 (statement), of any version.

Nothing is believed but the names that we gave and the amounts; what is not about payouts is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.money import Money
from payouts.errors import UnreadableReport

STATUS, STATEMENT = "pain.002", "camt.053"
# Accepted and settled; all earlier steps of acceptance say nothing about the end.
SETTLED_CODES, REFUSED_CODES = ("ACSC", "ACCC"), ("RJCT", "CANC")
BOOKED = "BOOK"
# Duplicate of a payment, message, block, transaction, instruction or end-to-end id.
DUPLICATION_CODES = ("AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL")
# No XML, more than plain XML, or amounts and currencies that are none.
UNREADABLE = (ParseError, DefusedXmlException, InvalidOperation, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class Line:
    """What a bank says of one payout, or of all payouts of a batch.

    `name` is what we called the payout or batch; without `money` the bank names no amount. `is_booked` says
    that the money moved on our account: a status report only says what the bank did with the order.
    """

    name: str
    is_settled: bool
    is_booked: bool
    money: Money | None = None
    code: str = ""
    message: str = ""

    @property
    def is_duplicate(self) -> bool:
        """Whether the bank refused it because it has it already: the first one may well have been paid."""
        return not self.is_settled and self.code in DUPLICATION_CODES


@dataclass(frozen=True, slots=True)
class Report:
    """A file of a bank, read."""

    kind: str
    lines: list[Line] = field(default_factory=list)


def read_report(content: bytes) -> Report:
    """Return what a file says of payouts. Raises UnreadableReport."""
    try:
        root = fromstring(content, forbid_dtd=True)
        _forget_namespaces(root)
        status, statement = root.find("CstmrPmtStsRpt"), root.find("BkToCstmrStmt")
        if status is not None:
            return Report(STATUS, list(_read_status(status)))
        if statement is not None:
            return Report(STATEMENT, list(_read_statement(statement)))
    except UNREADABLE:
        raise UnreadableReport from None
    raise UnreadableReport


def _forget_namespaces(root: Element) -> None:
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]


def _read_status(report: Element) -> Iterator[Line]:
    group = report.find("OrgnlGrpInfAndSts")
    outer = "" if group is None else _read_code(group)
    if group is not None:
        yield from _judge(_text(group, "OrgnlMsgId"), _text(group, "GrpSts"), group, outer)
    for block in report.iter("OrgnlPmtInfAndSts"):
        # What is refused as part of something was refused for the reason of the whole.
        inner = _read_code(block) or outer
        yield from _judge(_text(block, "OrgnlPmtInfId"), _text(block, "PmtInfSts"), block, inner)
        for one in block.iter("TxInfAndSts"):
            code = _read_code(one) or inner
            yield from _judge(_text(one, "OrgnlEndToEndId"), _text(one, "TxSts"), one, code)


def _read_code(element: Element) -> str:
    """Return the reason that a bank gives; of several, that it is a duplicate."""
    reasons = [one for way in ("Cd", "Prtry") for one in element.iterfind(f"StsRsnInf/Rsn/{way}")]
    codes = [code for reason in reasons if (code := (reason.text or "").strip())]
    return next((code for code in codes if code in DUPLICATION_CODES), codes[0] if codes else "")


def _judge(name: str, status: str, element: Element, code: str) -> Iterator[Line]:
    if name and status in SETTLED_CODES + REFUSED_CODES:
        message = _text(element, "StsRsnInf/AddtlInf") or f"The bank refused it ({code or status})."
        is_settled = status in SETTLED_CODES
        yield Line(name, is_settled, is_booked=False, code=code or status, message=message)


def _read_statement(report: Element) -> Iterator[Line]:
    for entry in report.iter("Ntry"):
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        if status == BOOKED:
            yield from _read_entry(entry)


def _read_entry(entry: Element) -> Iterator[Line]:
    """Read an entry payout by payout, or one for a whole batch that the bank does not take apart."""
    details = [one for one in entry.iter("TxDtls") if _text(one, "Refs/EndToEndId")]
    for one in details:
        money = _read_money(one) or (_read_money(entry) if len(details) == 1 else None)
        yield _describe(one, entry, _text(one, "Refs/EndToEndId"), money)
    batch = entry.find("NtryDtls/Btch")
    if batch is not None and not details:
        name = _text(batch, "PmtInfId") or _text(batch, "MsgId")
        yield _describe(entry, entry, name, _read_money(entry))


def _describe(element: Element, entry: Element, name: str, money: Money | None) -> Line:
    way = _text(element, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    code = _text(element, "RtrInf/Rsn/Cd")
    message = _text(element, "RtrInf/AddtlInf") or f"The bank sent it back ({code or 'no reason given'})."
    if way == "DBIT":
        return Line(name, True, True, money)
    return Line(name, False, True, money, code or "returned", message)


def _read_money(element: Element) -> Money | None:
    amount = element.find("Amt")
    if amount is None:
        amount = element.find("AmtDtls/TxAmt/Amt")
    if amount is None or not amount.text:
        return None
    return Money.from_units(Decimal(amount.text.strip()), amount.attrib["Ccy"])


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
