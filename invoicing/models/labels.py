"""The kinds of tax papers."""

from django.db import models
from django.utils.translation import gettext_noop as _


class PaperKind(models.TextChoices):
    """What a paper is."""

    INVOICE = "invoice", _("Tax invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
