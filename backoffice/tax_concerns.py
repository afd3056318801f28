"""What needs a look about taxes: rates that are missing, and rates that soon will be."""

from datetime import timedelta

from django.urls import reverse

from backoffice.concern import MANY, Concern, count, write_count
from core import clock
from invoicing.models import HeldInvoice
from taxes.models import TaxRate

ENDING_SOON = timedelta(days=30)


def count_held_invoices() -> Concern:
    """Return the tax invoices that wait for a rate."""
    found = count(HeldInvoice.objects.open())
    return Concern(
        title="Tax invoices held: a tax rate is missing",
        value=write_count(found),
        address=reverse("admin:invoicing_heldinvoice_changelist", query={"released_at__isnull": True}),
        alarming=found > 0,
        remark="enter the rate, and they are issued" if found else "",
    )


def count_ending_rates() -> Concern:
    """Return the tax rates that end within a month, or have ended, with none on the day after."""
    ending = TaxRate.objects.not_followed(by=clock.now().date() + ENDING_SOON)
    days = [*ending.order_by("valid_to").values_list("country", "valid_to")[: MANY + 1]]
    return Concern(
        title="Tax rates that end with none to follow",
        value=write_count(len(days)),
        address=reverse("admin:taxes_taxrate_changelist", query={"valid_to__isnull": False}),
        alarming=bool(days),
        remark=f"the first: {days[0][0]} on {days[0][1]}" if days else "",
    )
