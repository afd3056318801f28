"""Refusals about a submitted decision."""

from core.errors import BillingError


class FormForged(BillingError):
    """That form was incomplete or not meant for you. Nothing was decided. Please use the form below."""


class FormOutdated(BillingError):
    """This page was open for more than a day. Nothing was decided. Please read it again before you decide."""
