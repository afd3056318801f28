"""Mails to sellers: money to the people with the billing role, endpoints to who looks after the app."""

from datetime import datetime

from django.utils.translation import gettext as _

from charges.models import Charge, Dispute, DisputeStatus
from core.local_formats import write_day, write_instant, write_money
from core.money import Money
from mail.contents.parts import Content, Fact, explain_to_seller
from mail.models import Mail
from payouts.models import Direction, Payout, PayoutAccount


def write_first_sale(mail: Mail) -> Content:
    """An app was sold for the first time."""
    charge = Charge.objects.for_display().select_related("payee").get(public_id=mail.object_id)
    app = charge.order_application.name if charge.order_application else ""
    return Content(
        words={"app": app},
        facts=[
            Fact(_("What"), charge.name),
            Fact(_("Amount"), write_money(charge.total)),
            Fact(_("Commission"), write_money(charge.commission)),
            Fact(_("Yours"), write_money(charge.total - charge.commission)),
            Fact(_("Date"), write_day(charge.finished_at or mail.created_at)),
            Fact(_("Number"), str(charge.public_id)),
        ],
        why=explain_to_seller(charge.payee),
    )


def write_endpoint_failing(mail: Mail) -> Content:
    """Webhooks have not arrived for a day."""
    until = datetime.fromisoformat(mail.facts["switched_off_at"])
    return Content(
        words={"until": write_day(until)},
        facts=_list_endpoint(mail),
        why=_explain_to_caretaker(mail),
        path=_find_endpoint_page(mail),
    )


def write_endpoint_disabled(mail: Mail) -> Content:
    """Webhooks are sent no more."""
    return Content(
        words={"is_gone": mail.facts["disabled_reason"] == "gone"},
        facts=_list_endpoint(mail),
        why=_explain_to_caretaker(mail),
        path=_find_endpoint_page(mail),
    )


def write_dispute(mail: Mail) -> Content:
    """A bank took a payment back, or it is decided who keeps it."""
    dispute = Dispute.objects.select_related("charge__payee").get(public_id=mail.object_id)
    charge = dispute.charge
    facts = [
        Fact(_("What"), charge.name),
        Fact(_("Amount"), write_money(dispute.money)),
        Fact(_("Date of the payment"), write_day(charge.finished_at or charge.created_at)),
        Fact(_("Number"), str(charge.public_id)),
    ]
    if dispute.evidence_due_by is not None and dispute.closed_at is None:
        facts.append(Fact(_("Answer due by"), write_instant(dispute.evidence_due_by)))
    if dispute.commission_minor is not None and dispute.status != DisputeStatus.WON:
        borne = Money(dispute.amount_minor - dispute.commission_minor, dispute.currency)
        facts.append(Fact(_("Taken from your balance"), write_money(borne)))
    return Content(words={"name": charge.name}, facts=facts, why=explain_to_seller(charge.payee))


def write_payout(mail: Mail) -> Content:
    """A payout was paid, or came back: the template says which."""
    payout = Payout.objects.select_related("organization", "account").get(public_id=mail.object_id)
    amount = write_money(payout.money)
    return Content(
        words={"amount": amount},
        facts=[
            Fact(_("Amount"), amount),
            Fact(_("To"), _name_account(payout.account)),
            Fact(_("Date"), write_day(payout.settled_at or mail.created_at)),
            Fact(_("Number"), str(payout.public_id)),
        ],
        why=explain_to_seller(payout.organization),
    )


def write_payout_settings(mail: Mail) -> Content:
    """Somebody changed where, how or when payouts are made: the template says which."""
    said, direction = mail.facts, Direction.objects.get(public_id=mail.object_id)
    facts = [Fact(_("Currency"), said["currency"])]
    if "amount" in said:
        facts.append(Fact(_("Amount"), write_money(Money(said["amount"], said["currency"]))))
    if "shown_account" in said:
        facts.append(Fact(_("To"), said["shown_account"]))
    who = _("the marketplace") if direction.user.is_staff else direction.user.get_username()
    facts += [Fact(_("Changed by"), who), Fact(_("Date"), write_instant(direction.created_at))]
    words = {"change": said["change"], "currency": said["currency"], "is_monthly": said.get("is_monthly")}
    return Content(words=words, facts=facts, why=_("You get this mail because you look after payouts."))


def _name_account(account: PayoutAccount) -> str:
    """Return whose account it is and how its number ends: a mail is no place for the rest."""
    number = account.iban or account.processor_account
    return f"{account.holder}, \N{HORIZONTAL ELLIPSIS}{number[-4:]}" if number else account.holder


def _list_endpoint(mail: Mail) -> list[Fact]:
    facts = [Fact(_("Address"), mail.facts["url"])]
    if since := mail.facts.get("failing_since"):
        facts.append(Fact(_("Failing since"), write_instant(datetime.fromisoformat(since))))
    return [*facts, Fact(_("Endpoint"), str(mail.object_id))]


def _find_endpoint_page(mail: Mail) -> str:
    """Return the page in the console; an author without an account has none."""
    if mail.account is None:
        return ""
    return f"/console/applications/{mail.facts['application']}/webhooks/{mail.object_id}/"


def _explain_to_caretaker(mail: Mail) -> str:
    if mail.application is None:
        return _("You get this mail because you look after the apps of your organisation.")
    return _("You get this mail because the app %(app)s names you as its author.") % {
        "app": mail.application.name
    }
