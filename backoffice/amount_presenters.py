"""Why an amount is what it is, line by line: of a charge, of a tax paper."""

from collections.abc import Iterator

from backoffice.columns import write_day
from charges.models import Charge, ChargeKind
from core.money import Money
from invoicing.models import HeldInvoice, TaxPaper
from taxes.rules import BASIS, write_percent


def explain_charge(charge: Charge) -> Iterator[str]:
    """Yield how the total comes about, whose share is how much, and which tax is in it."""
    if charge.kind == ChargeKind.REFUND and charge.refund_of is not None:
        yield f"{charge.total} of the {charge.refund_of.total} that were collected."
        yield f"Seller and marketplace give back their shares: {_share(charge)}."
        return
    yield write_multiplication(charge)
    if charge.subscription_id and charge.due_at is not None:
        begun = f"began on {write_day(charge.due_at)}"
        yield (
            f"For period {charge.period + 1}, which {begun}."
            if charge.period is not None
            else (f"The rest of the invoice of the period that {begun}.")
        )
    rate = f"{charge.commission_percent} % of {charge.total}"
    yield f"Commission: {rate}, half of the smallest unit rounded up: {_share(charge)}."
    yield from explain_tax(charge)


def explain_tax(charge: Charge) -> Iterator[str]:
    """Yield which tax is in a charge, as its invoice says, or why there is no invoice yet."""
    papers = TaxPaper.objects.filter(charge=charge, invoice=None)
    yield from (f"Invoice {paper}: {_split(paper)}." for paper in papers[:1])
    held = HeldInvoice.objects.open().filter(charge=charge)
    yield from (f"Its invoice is held. {each}: enter it under Tax rates." for each in held)


def explain_paper(paper: TaxPaper) -> Iterator[str]:
    """Yield how net, tax and total belong together."""
    yield f"{paper.read_line('name')}: {_split(paper)}."
    if not paper.tax_basis_points:
        yield f"No tax: {paper.get_tax_category_display().lower()}."
    elif paper.invoice is not None:
        yield f"Its share of the {paper.invoice.tax} tax in {paper.invoice}; all shares are that together."
    else:
        percent = write_percent(paper.tax_basis_points)
        share = f"{percent} / {write_percent(BASIS + paper.tax_basis_points)} of {paper.total}"
        yield f"{percent} % of {paper.tax_country}: {share}, half of the smallest unit rounded up."


def write_multiplication(charge: Charge) -> str:
    """Return how the total of a charge comes of its price."""
    price = Money(charge.price_minor, charge.currency)
    if charge.per_account:
        seats = f"{charge.quantity} account{'' if charge.quantity == 1 else 's'} when it was billed"
        return f"{price} for each of the buyer's {seats}: {charge.total}."
    return write_times(charge.quantity, price)


def write_times(count: int, price: Money) -> str:
    """Return so many times a price and what that is."""
    total = Money(count * price.amount_minor, price.currency)
    return f"{count} × {price} = {total}." if count > 1 else f"The price: {price}."  # noqa: RUF001


def _share(charge: Charge) -> str:
    seller = Money(charge.total_minor - charge.commission_minor, charge.currency)
    return f"{charge.commission} for the marketplace, {seller} for the seller"


def _split(paper: TaxPaper) -> str:
    return f"{paper.net} net and {paper.tax} tax are {paper.total}"
