"""Transactions: what is entered on a customer's account, paid through the processor, and taken back."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from charges.models import Charge
from charges.processor.card_tries import admit_card, name_option
from charges.requests.account_payments import give_back_payment, pay_with_instrument, pay_with_option
from customers.models import PaymentOption
from customers.payment_options import TokenizedInstrument, list_customer_options
from dialects.unibill.actions import ALLOCATIONS, TRANSACTIONS
from dialects.unibill.codes import (
    ACCOUNT_TYPES,
    ASKED_TYPES,
    CHARGEABLE_TYPES,
    ENTERED_TYPES,
    TRANSACTION_TYPES,
    spell,
)
from dialects.unibill.days import begin_day, end_day
from dialects.unibill.errors import TypeNotEntered
from dialects.unibill.forms import (
    CentsField,
    CodeField,
    PageForm,
    ReferenceField,
    StrictDateField,
    StrictIntegerField,
    StrictTextField,
    UnsupportedField,
    WordField,
)
from dialects.unibill.instruments import RawAccountForm, exchange_account, require_raw_account
from dialects.unibill.processing import find_payment_behind, finish_payment, finish_refund, read_processing
from dialects.unibill.records import Record, Records
from dialects.unibill.references import find_referred, get_by_reference
from dialects.unibill.views import UniBillViewSet
from ledger.receivables import NewTransaction, record_transaction
from ledger.statements import CustomerTransaction, list_allocations, list_transactions, transactions_of
from subscriptions.lifecycle.reverse_invoice import reverse_entry

ENTERED = tuple(TRANSACTION_TYPES[letters] for letters in ENTERED_TYPES)


class TransactionForm(Serializer):
    """An entry on a customer's account, which moves no money."""

    code = CodeField(required=False)
    accountId = StrictIntegerField(required=False, source="account_number")
    type = WordField(ASKED_TYPES)
    amount = CentsField(min_value=1)
    taxAmount = UnsupportedField()
    dueDate = StrictDateField(required=False, source="due_on")
    accountType = WordField(ACCOUNT_TYPES, required=False, source="account_type")
    invoiceList = StrictTextField(250, required=False, source="invoice_list")
    note = StrictTextField(255, required=False)


class TransactionFilters(PageForm):
    """Which transactions: created on these days (UTC) or between them."""

    createDateFrom = StrictDateField(required=False, source="created_from")
    createDateTo = StrictDateField(required=False, source="created_to")


class ProcessingForm(RawAccountForm):
    """A payment: by what is sent along, by a token, or by a payment option."""

    accountId = StrictIntegerField(required=False, source="account_number")
    type = WordField({"AP": TRANSACTION_TYPES["AP"]}, default=TRANSACTION_TYPES["AP"])
    amount = CentsField(min_value=1)
    taxAmount = UnsupportedField()
    paymentOptionId = ReferenceField(required=False, source="option_reference")
    accountType = WordField(CHARGEABLE_TYPES, required=False, source="means")
    accountData = UnsupportedField()
    holderName = StrictTextField(150, required=False, source="holder_name")
    street = StrictTextField(128, required=False, source="street1")
    city = StrictTextField(50, required=False)
    state = StrictTextField(3, required=False)
    zipCode = StrictTextField(15, required=False, source="zip_code")
    email = StrictTextField(100, required=False)
    note = StrictTextField(255, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what is wanted. Raises ValidationError unless it says by what to pay, once."""
        if not attrs.get("option_reference"):
            require_raw_account(attrs)
        elif attrs.get("number") or attrs.get("token"):
            raise serializers.ValidationError({"paymentOptionId": ["cannot be given beside an account"]})
        return attrs


class TransactionViewSet(UniBillViewSet):
    """The account of a customer."""

    resource = TRANSACTIONS
    processor_actions = frozenset({"process", "reverse"})
    forms = {"create": TransactionForm, "find": TransactionFilters, "process": ProcessingForm}

    def create(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Enter an invoice, a credit, a fee, a write-off, or a payment that was received elsewhere."""
        if self.wanted["type"] not in ENTERED:
            raise TypeNotEntered
        return self.answer_once(lambda: self._show(record_transaction(**self._describe_transaction())))

    def find(self, request: HttpRequest, customer_id: str) -> Response:
        """List what is on the account, oldest first."""
        first, last = self.wanted.get("created_from"), self.wanted.get("created_to")
        found = list_transactions(
            customer_id=self.customer.pk,
            offset=self.wanted["offset"],
            limit=self.wanted["limit"],
            created_from=begin_day(first) if first else None,
            created_before=end_day(last) if last else None,
        )
        return Response(Records("transactions", self._show_all(found)))

    def process(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Charge a card or bank account now, and enter what became of it."""
        means = self.prepare_once(self._find_means)
        return self.finish_once(
            lambda: self._ask_for_payment(means).pk,
            lambda charge_id: self._show(finish_payment(charge_id), email=self.wanted.get("email")),
        )

    def load(self, request: HttpRequest, customer_id: str, transaction_id: str) -> Response:
        """Show a transaction."""
        return Response(self._show(self._get(transaction_id)))

    def reverse(self, request: HttpRequest, customer_id: str, transaction_id: str) -> HttpResponse:
        """Take back a transaction; what a processor was paid for is given back through it."""
        row = self._get(transaction_id)
        payment = find_payment_behind(row)
        if payment is None:
            return self.answer_once(lambda: self._show(reverse_entry(row.pk, creator=self.user.principal)))
        return self.finish_once(
            lambda: give_back_payment(payment).pk,
            lambda refund_id: self._show(finish_refund(refund_id)),
        )

    def _get(self, reference: str) -> CustomerTransaction:
        return get_by_reference(transactions_of(self.customer.pk), reference)

    def _describe_transaction(self) -> NewTransaction:
        names = ("type", "due_on", "account_type", "invoice_list", "note")
        return {
            "customer_id": self.customer.pk,
            "amount_minor": self.wanted["amount"],
            "currency": settings.DEFAULT_CURRENCY,
            "creator": self.user.principal,
            "code": self.wanted.get("code") or None,
            **{name: self.wanted[name] for name in names if name in self.wanted},  # type: ignore[typeddict-item]
        }

    def _find_means(self) -> PaymentOption | TokenizedInstrument:
        """Return what is paid with, counted as a try. Raises TooManyCards, and what finding it raises."""
        if reference := self.wanted.get("option_reference"):
            options = list_customer_options(self.customer.pk)
            option = find_referred(options, reference, field="payment_option")
            admit_card(name_option(option), origin=self.origin)
            return option
        account = exchange_account(
            self.customer.merchant, self.wanted, origin=self.origin, takes_expired=True
        )
        if self.wanted.get("token"):  # A number has been counted on its way to the processor.
            admit_card(account.fingerprint, origin=self.origin)
        return account

    def _ask_for_payment(self, means: PaymentOption | TokenizedInstrument) -> Charge:
        asked: Any = {
            "customer": self.customer,
            "amount_minor": self.wanted["amount"],
            "name": self.wanted.get("note", ""),
            "actor": self.user.principal,
        }
        if isinstance(means, PaymentOption):
            return pay_with_option(**asked, payment_option=means)
        names = ("holder_name", "street1", "city", "state", "zip_code")
        return pay_with_instrument(
            **asked, account=means, **{name: self.wanted[name] for name in names if name in self.wanted}
        )

    def _show(self, row: CustomerTransaction, *, email: str | None = None) -> Record:
        return self._show_all([row], email=email)[0]

    def _show_all(self, rows: Sequence[CustomerTransaction], *, email: str | None = None) -> list[Record]:
        number = self.customer.merchant.account_number
        processed = read_processing(rows, email=email)
        return [show_transaction(row, number, processed.get(row.pk)) for row in rows]


class AllocationViewSet(UniBillViewSet):
    """What of a transaction offsets what, or was offset by what."""

    resource = ALLOCATIONS
    forms = {"find": PageForm}

    def find(self, request: HttpRequest, customer_id: str, transaction_id: str) -> Response:
        """List the allocations of a transaction, active and inactive, oldest first."""
        row = get_by_reference(transactions_of(self.customer.pk), transaction_id)
        found = list_allocations(row.pk, offset=self.wanted["offset"], limit=self.wanted["limit"])
        return Response(Records("allocations", [show_allocation(each) for each in found]))


def show_transaction(row: CustomerTransaction, account_number: int, processed: Record | None) -> Record:
    """Return a transaction as UniBill's clients read it."""
    return Record(
        "transaction",
        {
            "id": row.pk,
            "code": row.display_code,
            "accountId": account_number,
            "customerId": row.customer_id,
            "createDate": row.created_at,
            "dueDate": row.due_on,
            "type": spell(TRANSACTION_TYPES, row.type),
            "accountType": spell(ACCOUNT_TYPES, row.account_type),
            "amount": row.amount_minor,
            "balance": row.balance_minor,
            "invoiceList": row.invoice_list or None,
            "creatorCode": row.creator,
            "note": row.note or None,
            "processingInfo": processed,
        },
    )


def show_allocation(row: Any) -> Record:
    """Return an allocation as UniBill's clients read it."""
    return Record(
        "allocation",
        {
            "id": row.pk,
            "sourceId": row.source_id,
            "targetId": row.target_id,
            "createDate": row.created_at.date(),
            "isActive": row.is_active,
            "amount": row.amount_minor,
            "targetTransactionType": spell(TRANSACTION_TYPES, row.target.type),
            "causeTransactionId": row.cause_id,
            "causeTransactionType": spell(TRANSACTION_TYPES, row.cause.type) if row.cause else None,
        },
    )
