"""The root of every refusal the billing rules can give."""


class BillingError(Exception):
    """The request could not be carried out."""

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))
        self.details = details


class InvalidField(BillingError):
    """A value is not acceptable; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)
        self.field = field


class CodeTaken(BillingError):
    """Another one has this code."""
