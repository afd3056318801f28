"""Refusals of the billing rules in the words of the pages and in the reader's language."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from access.errors import AlreadyMember, InvitedElsewhere, LastBillingRole, OwnerHasAllRoles
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
    InvitationNotFound,
    InvitedAlready,
    KeyInProgress,
    KeyReusedDifferently,
    NoPaymentOption,
    OwnerMissing,
    TooManyCardEntries,
    TooManyInvitations,
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
        "That form was incomplete or not meant for you. Nothing was decided. Please use the form below."
    ),
    FormOutdated: _(
        "This page was open for more than a day. Nothing was decided. Please read it again before you decide."
    ),
    WrongState: _("That is no longer possible. This page shows the current status."),
    ChargeExpired: _("This offer has expired and can no longer be accepted."),
    TermsChanged: _(
        "The terms have changed since you opened this page. Please read them again before you decide."
    ),
    ConsentNotYours: _("Only the buyer can accept or decline."),
    OwnerMissing: _("Only an owner of your organisation can change roles."),
    BillingRoleMissing: _("You need the billing role in your organisation to do this."),
    NoPaymentOption: _("There is no card to charge."),
    AlreadySubscribed: _(
        "Your organisation already has this subscription. Nothing was accepted. Please cancel the other one"
        " first."
    ),
    EndMoved: _(
        "The subscription was renewed or changed meanwhile and would end at another time."
        " Nothing was cancelled. Please read this page again before you decide."
    ),
    ProcessorUnavailable: _(
        "We could not reach the payment processor. Nothing was charged. Please try again."
    ),
    ProcessorBusy: _("The payment processor is busy. Nothing was done. Please try again in a moment."),
    PayoutAccountMissing: _("Set up a payout account first."),
    WrongPayoutState: _("That is no longer possible. This page shows the current status."),
    KeyInProgress: _("We are still working on this request. Please try again in a moment."),
    KeyReusedDifferently: _("The form is not complete. Please try again."),
    CardInUse: _(
        "This is your only card, and it is still needed. Add another card first, or cancel what it pays for."
    ),
    CardNotEntered: _("You have not entered a card yet."),
    CardEntryRefused: _("The payment processor does not accept this card. Please use another one."),
    CardEntryOver: _("The payment processor's page for this card has expired. Please start again."),
    TooManyCardEntries: _("You have started to add a card too many times. Please try again in an hour."),
    LastBillingRole: _("Nobody else has the billing role. Give it to a colleague first."),
    OwnerHasAllRoles: _("An owner has every role. Only an owner can change that, in the console."),
    InvitedAlready: _("This address is invited already."),
    AlreadyMember: _("This colleague already has the billing role."),
    InvitationNotFound: _("This invitation was used, taken back or is too old. Please ask for another one."),
    InvitedElsewhere: _(
        "This invitation is for another log-in, or its e-mail belongs to another organisation."
        " Log in with the right account, or ask to be invited under another e-mail."
    ),
    TooManyInvitations: _("Too many invitations are open. Take some back first."),
}


def describe_refusal(refusal: BillingError) -> str:
    """Return what a page says of a refusal, in the active language."""
    if isinstance(refusal, InvalidField):
        return str(refusal)
    if isinstance(refusal, CardInUse) and refusal.names:
        return _name_users(refusal.names)
    if isinstance(refusal, PayoutAccountTooNew):
        words = gettext("The account was changed recently. Payouts to it start on %(time)s.")
        return words % {"time": write_instant(refusal.until)}
    if isinstance(refusal, BalanceTooLow):
        return gettext("Only %(amount)s is available.") % {"amount": write_money(refusal.available)}
    if isinstance(refusal, PayoutTooSmall):
        return gettext("The smallest payout is %(amount)s.") % {"amount": write_money(refusal.least)}
    if isinstance(refusal, TooManySeats):
        return gettext(
            "%(accounts)s accounts at %(price)s each come to more than can be charged at once. Nothing was"
            " accepted. Please ask the seller for another price."
        ) % {"accounts": write_number(refusal.seats), "price": write_money(refusal.price)}
    return str(WORDS.get(type(refusal), _("That did not work. Nothing was changed.")))


def _name_users(names: Sequence[str]) -> str:
    """Say what the only card pays for."""
    words = ngettext(
        "This is your only card, and it pays for “%(name)s”. Add another card first, or cancel that.",
        "It is the only card and pays for “%(name)s” and others, %(count)s in all. Add another card first, or"
        " cancel these.",
        len(names),
    )
    return words % {"name": names[0], "count": write_number(len(names))}
