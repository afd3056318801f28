"""The Django app of the books' papers."""

from django.apps import AppConfig


class BookkeepingConfig(AppConfig):
    """The close of a month, the list of the processor, statements, exports."""

    name = "bookkeeping"
