"""The kinds of tax papers."""

from django.db import models


class PaperKind(models.TextChoices):
    """What a paper is."""

    INVOICE = "invoice", "Tax invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
