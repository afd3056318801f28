"""Refusals about logging in, sessions, apps and members."""

from core.errors import BillingError


class ApplicationNotConnected(BillingError):
    """This application has no access in your name."""


class LastBillingRole(BillingError):
    """Nobody else has the billing role; give it to a colleague first."""


class OwnerHasAllRoles(BillingError):
    """An owner has every role; only an owner can change that, in the console."""


class InvitedElsewhere(BillingError):
    """This e-mail already has a log-in that does not belong to this organisation."""


class AlreadyMember(BillingError):
    """This colleague has the billing role already."""


class CodeIsWrong(BillingError):
    """The code is wrong, was used already, or is too old. Wait for the next one."""


class PasskeyRefused(BillingError):
    """The passkey was not accepted. Try again, or use another second factor."""


class OnlyFactor(BillingError):
    """It is your only second factor. Add another one first."""


class NotForOneself(BillingError):
    """Another person has to do this for you."""


class AboveYou(BillingError):
    """Only a superuser may do this to a superuser."""


class PersonErased(BillingError):
    """This person was erased, so nothing of the account can be changed."""


class StillPays(BillingError):
    """The organisation has nobody else and still has subscriptions; cancel them first."""


class StillCollected(BillingError):
    """The organisation has nobody else, and a charge that it accepted is not finished; wait for that."""


class PaperMissing(BillingError):
    """The organisation has nobody else, and an invoice is still to be issued to it; wait for that."""


class StillSells(BillingError):
    """The organisation has nobody else and still sells; switch its apps and merchant accounts off first."""


class StillOwed(BillingError):
    """The organisation has nobody else, and its balance is not zero or a payout is under way."""


class RunsThisServer(BillingError):
    """This is the last person of the operator; add somebody else first."""
