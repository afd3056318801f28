"""Refusals about a submitted decision."""

from core.errors import BillingError


class FormForged(BillingError):
    """The form was incomplete or not made for you. Nothing was decided; please use the form below."""


class FormOutdated(BillingError):
    """The page was open for more than a day. Nothing was decided; please read it again and decide."""
