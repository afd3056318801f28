"""Files of a month: the journal, and what the reports say at its end."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, StreamingHttpResponse
from unfold.decorators import action

from backoffice.admin.acts import ActPages
from bookkeeping.exports.cells import write_rows
from bookkeeping.exports.formats import FORMATS
from bookkeeping.exports.tax import write_tax
from core.money import Money
from core.replica import stream_from_replica
from customers.models import Organization
from ledger.as_of import list_payables, read_income, read_trial_balance
from ledger.models import Month

PAGE = 1_000
MEDIA_TYPE = "text/csv; charset=utf-8"


class MonthFiles(ActPages):
    """Files of a month, for who may see every entry of the books."""

    @action(description="Journal (CSV)", url_path="journal-csv", permissions=["export"])
    def journal_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the journal of the month."""
        return self._send_journal(request, object_id, "csv")

    @action(description="Journal (Beancount)", url_path="journal-beancount", permissions=["export"])
    def journal_beancount(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the journal of the month."""
        return self._send_journal(request, object_id, "beancount")

    @action(description="Trial balance (CSV)", url_path="balances-csv", permissions=["export"])
    def balances_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send debits and credits at the end of the month."""
        month = self._find_month(request, object_id)
        return _send(write_rows(write_balances(month.ends_at)), f"trial-balance-{month}.csv", MEDIA_TYPE)

    @action(description="Income (CSV)", url_path="income-csv", permissions=["export"])
    def income_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send what the marketplace earned in the month."""
        month = self._find_month(request, object_id)
        return _send(write_rows(write_income(month)), f"income-{month}.csv", MEDIA_TYPE)

    @action(description="Owed to sellers (CSV)", url_path="payables-csv", permissions=["export"])
    def payables_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send what each seller was owed at the end of the month."""
        month = self._find_month(request, object_id)
        return _send(write_rows(write_payables(month.ends_at)), f"payables-{month}.csv", MEDIA_TYPE)

    @action(description="Tax (CSV)", url_path="tax-csv", permissions=["export"])
    def tax_csv(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        """Send the tax of the month by issuer, country and rate."""
        month = self._find_month(request, object_id)
        lines = write_rows(write_tax(month.starts_at, month.ends_at))
        return _send(lines, f"tax-{month}.csv", MEDIA_TYPE)

    def _send_journal(self, request: HttpRequest, object_id: str, name: str) -> StreamingHttpResponse:
        month, kind = self._find_month(request, object_id), FORMATS[name]
        lines = kind.write(month.starts_at, month.ends_at)
        return _send(lines, f"journal-{month}.{kind.ending}", kind.media_type)

    def _find_month(self, request: HttpRequest, object_id: str) -> Month:
        month: Month | None = self.get_object(request, unquote(object_id))
        if month is None:
            raise Http404
        return month


def write_balances(at: datetime) -> Iterator[list[Any]]:
    """Yield the trial balance at an instant (UTC), a line for each kind of account and currency."""
    yield ["account", "currency", "debit", "debit_minor", "credit", "credit_minor"]
    for kind, currency, debit, credit in read_trial_balance(at):
        written = (Money(debit, currency).units, debit, Money(credit, currency).units, credit)
        yield [kind, currency, *written]


def write_income(month: Month) -> Iterator[list[Any]]:
    """Yield what the marketplace earned in a month by kind of transaction: commission less fees."""
    yield ["kind", "currency", "earned", "earned_minor"]
    before = {(line.kind, line.currency): line.earned_minor for line in read_income(month.starts_at)}
    for currency, kind, earned in read_income(month.ends_at):
        if minor := earned - before.get((kind, currency), 0):
            yield [kind.value, currency, Money(minor, currency).units, minor]


def write_payables(at: datetime) -> Iterator[list[Any]]:
    """Yield what each seller was owed at an instant (UTC), a portion after the other."""
    yield ["seller", "licence", "currency", "owed", "owed_minor"]
    after = 0
    while portion := list_payables(at, after=after, limit=PAGE):
        holders = Organization.objects.in_bulk([each.organization_id for each in portion])
        for _, holder, currency, minor in portion:
            seller = holders[holder]
            yield [seller.name, seller.license_id, currency, Money(minor, currency).units, minor]
        after = portion[-1].account_id


def _send(lines: Iterator[str], name: str, media_type: str) -> StreamingHttpResponse:
    disposition = f'attachment; filename="{name}"'
    return StreamingHttpResponse(
        stream_from_replica(lines), content_type=media_type, headers={"Content-Disposition": disposition}
    )
