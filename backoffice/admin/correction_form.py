"""The form in which staff ask for a correction of the books."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from approvals.four_eyes import MAX_REASON
from backoffice.search.lists import find_organizations
from core.currencies import EXPONENTS
from core.money import Money
from customers.models import Organization
from ledger.corrections.attachments import MAX_ATTACHMENT, Attachment
from ledger.corrections.lines import CREDIT, DEBIT, MOST, CorrectionLine
from ledger.models import AccountKind
from ledger.postings import AccountRef

SIDES = [
    (DEBIT, "Debit: more money of ours, or less owed or earned"),
    (CREDIT, "Credit: less money of ours, or more owed or earned"),
]
ACCOUNTS = [("", "-"), *AccountKind.choices]
MAX_DIGITS = 15


class CorrectionForm(forms.Form):
    """Up to four lines, in the currency's own decimals; why; and the paper that shows it."""

    currency = forms.CharField(max_length=3, widget=UnfoldAdminTextInputWidget)
    livemode = forms.BooleanField(
        required=False, initial=True, label="Live money", widget=UnfoldBooleanSwitchWidget
    )
    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text="Stays in the books; a seller whose balance it changes reads it.",
    )
    attachment = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"A PDF, a PNG or JPEG image or plain text, up to {MAX_ATTACHMENT // 2**20} MiB.",
    )

    def __init__(self, said: Any = None, files: Any = None) -> None:
        super().__init__(said, files, initial={"currency": settings.DEFAULT_CURRENCY})
        for number in range(1, MOST + 1):
            self.fields |= _make_line_fields(number, required=number <= 2)
        self.order_fields(["currency", "livemode", *self._list_line_fields(), "reason", "attachment"])

    def clean_currency(self) -> str:
        """Return the code of the currency. Raises ValidationError."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code not in EXPONENTS:
            raise forms.ValidationError("This is no ISO 4217 code of a currency, such as USD.")
        return code

    def clean(self) -> dict[str, Any]:
        """Read the lines. Raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if not self.errors:
            said["lines"] = list(self._read_lines(said))
        return said

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        said, file = self.cleaned_data, self.cleaned_data["attachment"]
        # One byte more than is allowed tells a file that is too large.
        content = file.read(MAX_ATTACHMENT + 1)
        return {name: said[name] for name in ("lines", "currency", "livemode", "reason")} | {
            "attachment": Attachment(file.name, content)
        }

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each line."""
        return [
            [self[name] for name in self._list_line_fields() if name.startswith(f"line_{number}_")]
            for number in range(1, MOST + 1)
        ]

    @property
    def others(self) -> tuple[list[forms.BoundField], list[forms.BoundField]]:
        """The fields before the lines, and those after them."""
        return [self["currency"], self["livemode"]], [self["reason"], self["attachment"]]

    def _list_line_fields(self) -> list[str]:
        return [name for name in self.fields if name.startswith("line_")]

    def _read_lines(self, said: dict[str, Any]) -> Iterator[CorrectionLine]:
        for number in range(1, MOST + 1):
            kind, amount = said[f"line_{number}_account"], said[f"line_{number}_amount"]
            if not kind and amount is None:
                continue
            if not kind or amount is None:
                self.add_error(f"line_{number}_amount", "A line has an account and an amount.")
                continue
            try:
                money = Money.from_units(amount, said["currency"])
            except ValueError as error:
                self.add_error(f"line_{number}_amount", f"{error}.")
                continue
            holder = self._find_holder(number, kind, said[f"line_{number}_seller"])
            account = AccountRef(AccountKind(kind), holder)
            yield CorrectionLine(account, said[f"line_{number}_side"], money.amount_minor)

    def _find_holder(self, number: int, kind: str, term: str) -> int | None:
        """Return whose account it is; only what is owed to a seller is somebody's."""
        field = f"line_{number}_seller"
        if kind != AccountKind.SELLER_PAYABLE:
            if term:
                self.add_error(field, "This account is the marketplace's own.")
            return None
        found = (
            list(Organization.objects.filter(find_organizations(term.strip()))[:2]) if term.strip() else []
        )
        if len(found) != 1:
            self.add_error(field, "Name one seller: by its licence or id, or by a name that only it has.")
            return None
        return found[0].pk


def _make_line_fields(number: int, *, required: bool) -> dict[str, forms.Field]:
    return {
        f"line_{number}_account": forms.ChoiceField(
            label=f"Line {number}: account",
            choices=ACCOUNTS,
            required=required,
            widget=UnfoldAdminSelectWidget,
        ),
        f"line_{number}_seller": forms.CharField(
            label=f"Line {number}: seller",
            required=False,
            max_length=255,
            widget=UnfoldAdminTextInputWidget,
            help_text="Of what is owed to a seller: its licence, id or name.",
        ),
        f"line_{number}_side": forms.ChoiceField(
            label=f"Line {number}: debit or credit",
            choices=SIDES,
            initial=DEBIT if number == 1 else CREDIT,
            required=required,
            widget=UnfoldAdminSelectWidget,
        ),
        f"line_{number}_amount": forms.DecimalField(
            label=f"Line {number}: amount",
            required=required,
            min_value=0,
            max_digits=MAX_DIGITS,
            widget=UnfoldAdminDecimalFieldWidget,
        ),
    }
