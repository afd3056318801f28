"""Errors of the embedded database."""


class EmbeddedDatabaseError(RuntimeError):
    """The embedded database cannot be used; the message says why and what to do."""
