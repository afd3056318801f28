"""Refunds as staff ask for them, shared by the tests of refunds."""

from charges.collection.single import collect_charge
from charges.models import Charge, RefundRequest
from charges.refunds.ask import ask_refund
from operations.factories import ApplicationFactory, CallerFactory, ChargeFactory, UserFactory


def paid(total_minor: int = 1000, percent: int = 20, **fields) -> Charge:
    """A collected charge of a buyer."""
    caller = CallerFactory(application=ApplicationFactory(commission_percent=percent))
    return ChargeFactory(
        **{"collected": True, "caller": caller} | fields, price_minor=total_minor, quantity=1
    )


def ask(charge: Charge, amount_minor: int | None = None, **changes) -> RefundRequest:
    """Ask for a refund as somebody of the staff."""
    who = {} if "requested_by_account" in changes else {"requested_by": UserFactory(staff=True)}
    fields = {"reason": "It does not work.", "actor": "staff:anna"} | who | changes
    return ask_refund(charge_id=charge.pk, amount_minor=amount_minor, **fields)


def pay_out(request: RefundRequest) -> Charge:
    """Let the processor make a refund, and return it."""
    refund = Charge.objects.get(public_id=request.public_id)
    collect_charge(refund.pk)
    return Charge.objects.get(pk=refund.pk)
