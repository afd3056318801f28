"""Refusals of the billing rules in the words of the pages and in the reader's language."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from access.errors import (
    AlreadyMember,
    InvitationEnded,
    InvitedElsewhere,
    LastBillingRole,
    TooManyInvitations,
)
from charges.errors import (
    ChargeExpired,
    ConsentNotYours,
    ProcessorBusy,
    ProcessorUnavailable,
    TermsChanged,
    WrongState,
)
from checkout.errors import FormForged, FormOutdated
from core.errors import BillingError, InvalidField
from core.local_formats import write_instant, write_money, write_number
from customers.errors import (
    BillingRoleMissing,
    CardEntryOver,
    CardEntryRefused,
    CardInUse,
    CardNotEntered,
    KeyInProgress,
    KeyReusedDifferently,
    NoPaymentOption,
    TooManyCardEntries,
)
from payouts.errors import (
    BalanceTooLow,
    PayoutAccountMissing,
    PayoutAccountTooNew,
    PayoutTooSmall,
    WrongPayoutState,
)
from subscriptions.errors import AlreadySubscribed, EndMoved, TooManySeats

# Programs read the refusal itself, in English.
WORDS: dict[type[BillingError], Promise] = {
    FormForged: _(
        "The form was incomplete or not made for you. Nothing was decided; please use the form below."
    ),
    FormOutdated: _(
        "The page was open for more than a day. Nothing was decided; please read it again and decide."
    ),
    WrongState: _("This can no longer be done; the page shows how things stand now."),
    ChargeExpired: _("The charge was not decided in time and can no longer be accepted."),
    TermsChanged: _("The terms are not the ones that were shown; read them again before deciding."),
    ConsentNotYours: _("Only the buyer can accept or decline."),
    BillingRoleMissing: _("Only an account with the billing role of its organisation may do this."),
    NoPaymentOption: _("There is no card to charge."),
    AlreadySubscribed: _(
        "Your organisation has a subscription of this already. Nothing was accepted; cancel that one first."
    ),
    EndMoved: _(
        "It was renewed or changed meanwhile, so that it would end at another time. Nothing was cancelled;"
        " please read the page again and decide."
    ),
    ProcessorUnavailable: _("The payment processor cannot be reached; nothing was charged, try again."),
    ProcessorBusy: _(
        "Too many requests wait for the payment processor; nothing was done, try again in a moment."
    ),
    PayoutAccountMissing: _("Set up a payout account first."),
    WrongPayoutState: _("This can no longer be done; the page shows how things stand now."),
    KeyInProgress: _("The same request is still being worked on; try again in a moment."),
    KeyReusedDifferently: _("The form is not complete. Please try again."),
    CardInUse: _(
        "The card is the only one of something that is running; add another one first, or cancel that."
    ),
    CardNotEntered: _("No card was entered yet."),
    CardEntryRefused: _("The payment processor does not take this card; enter another one."),
    CardEntryOver: _("This card entry is over at the payment processor; begin a new one."),
    LastBillingRole: _("Nobody else has the billing role; give it to a colleague first."),
    AlreadyMember: _("This colleague has the billing role already."),
    InvitationEnded: _("The invitation was used, taken back, or is too old. Ask for another one."),
    InvitedElsewhere: _(
        "The invitation is for another log-in than this one, or its e-mail belongs to another organisation."
        " Log in as whom it is for, or ask to be invited under another e-mail."
    ),
    TooManyInvitations: _("Too many invitations are open; take some back first."),
    TooManyCardEntries: _("So many cards were begun and not entered that no more can be begun for an hour."),
}


def describe_refusal(refusal: BillingError) -> str:
    """Return what a page says of a refusal, in the active language."""
    if isinstance(refusal, InvalidField):
        return str(refusal)
    if isinstance(refusal, CardInUse) and refusal.names:
        return _name_users(refusal.names)
    if isinstance(refusal, PayoutAccountTooNew):
        words = gettext("The account was changed lately; payouts to it begin on %(time)s.")
        return words % {"time": write_instant(refusal.until)}
    if isinstance(refusal, BalanceTooLow):
        return gettext("Only %(amount)s is available.") % {"amount": write_money(refusal.available)}
    if isinstance(refusal, PayoutTooSmall):
        return gettext("A payout is of %(amount)s at least.") % {"amount": write_money(refusal.least)}
    if isinstance(refusal, TooManySeats):
        return gettext(
            "%(accounts)s accounts at %(price)s each are more than can be charged at once. Nothing was"
            " accepted; ask the seller for another price."
        ) % {"accounts": write_number(refusal.seats), "price": write_money(refusal.price)}
    return str(WORDS.get(type(refusal), _("This could not be done, and nothing was changed.")))


def _name_users(names: Sequence[str]) -> str:
    """Say what the only card pays for."""
    words = ngettext(
        "It is the only card and pays for “%(name)s”. Add another card first, or cancel that.",
        "It is the only card and pays for “%(name)s” and others, %(count)s in all. Add another card first, or"
        " cancel these.",
        len(names),
    )
    return words % {"name": names[0], "count": write_number(len(names))}
