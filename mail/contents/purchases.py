"""Mails to buyers about single payments."""

from datetime import datetime

from django.utils.translation import gettext as _

from charges.collection.outcomes import CONFIRM_CODE
from charges.failure_words import explain_failure
from charges.models import Acceptance, Charge, ChargeStatus
from core.local_formats import write_day, write_instant, write_money
from mail.contents.parts import (
    ACCOUNT,
    CARDS,
    Content,
    Fact,
    explain_to_buyer,
    find_page,
    list_card,
    list_parties,
    write_agreement,
)
from mail.contents.receipts import list_amounts, list_receipt_facts, select_for_receipts
from mail.models import Mail


def write_receipt(mail: Mail) -> Content:
    """A payment arrived: what, how much, and what had been agreed."""
    charge = _find_charge(mail)
    return Content(
        words=_name(charge) | {"agreement": _write_consent(charge)},
        facts=list_receipt_facts(charge),
        why=explain_to_buyer(charge.buyer),
        path=ACCOUNT,
        more=write_agreement(charge.subscription or charge)[1:],
    )


def write_failure(mail: Mail) -> Content | None:
    """A payment failed: why, and when it is tried again; None when it has arrived or was given up since."""
    charge, next_at = _find_charge(mail), mail.facts["next_attempt_at"]
    is_given_up = charge.status != ChargeStatus.PROCESSED or charge.given_up_at is not None
    if charge.status == ChargeStatus.SUCCESS or (next_at and is_given_up):
        return None
    facts = [*list_parties(charge), *list_amounts(charge), *list_card(charge.payment_option)]
    if next_at:
        facts.append(Fact(_("Next try"), write_instant(datetime.fromisoformat(next_at))))
    return Content(
        words=_name(charge)
        | {"reason": explain_failure(mail.facts["failure_code"]), "is_tried_again": bool(next_at)},
        facts=facts,
        why=explain_to_buyer(charge.buyer),
        path=CARDS if next_at else find_page(charge),
    )


def write_confirmation(mail: Mail) -> Content | None:
    """The bank wants the payer to confirm; None when that is over."""
    charge = _find_charge(mail)
    waits = charge.status == ChargeStatus.PROCESSED and charge.collect_at is None
    if not waits or charge.failure_code != CONFIRM_CODE:
        return None
    return Content(
        words=_name(charge),
        facts=[*list_parties(charge), *list_amounts(charge), *list_card(charge.payment_option)],
        why=explain_to_buyer(charge.buyer),
        path=find_page(charge),
    )


def write_refund(mail: Mail) -> Content:
    """Money went back to who paid."""
    refund = _find_charge(mail)
    paid = refund.refund_of
    facts = [*list_parties(refund), Fact(_("Refunded"), write_money(refund.total))]
    if paid is not None:
        facts += [
            Fact(_("Of the payment of"), write_day(paid.finished_at or paid.created_at)),
            *list_card(paid.payment_option),
            Fact(_("Number"), str(paid.public_id)),
        ]
    return Content(words=_name(refund), facts=facts, why=explain_to_buyer(refund.buyer), path=ACCOUNT)


def _find_charge(mail: Mail) -> Charge:
    charges = select_for_receipts(Charge.objects.all()).select_related("refund_of__payment_option", "payee")
    return charges.get(public_id=mail.object_id)


def _name(charge: Charge) -> dict[str, object]:
    return {
        "name": charge.name,
        "amount": write_money(charge.total),
        "buyer": charge.buyer.name if charge.buyer else "",
    }


def _write_consent(charge: Charge) -> str:
    """Return who agreed, when, and to what: in the words that were on the page, if a page was shown."""
    of = {"charge": charge} if charge.subscription is None else {"subscription": charge.subscription}
    consent = Acceptance.objects.select_related("account").filter(**of).first()
    agreed = write_agreement(charge.subscription or charge)[0]
    if consent is None:
        return agreed
    said = {
        "who": consent.account.email,
        "when": write_instant(consent.created_at),
        "what": consent.words or agreed,
    }
    return (
        _("%(who)s agreed on %(when)s: \N{LEFT DOUBLE QUOTATION MARK}%(what)s\N{RIGHT DOUBLE QUOTATION MARK}")
        % said
    )
