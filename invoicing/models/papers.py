"""Tax papers: the invoice of a collected charge, and credit notes for what was given back of it."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from core import clock
from core.ids import new_public_id
from core.kept_rows import append_only
from core.money import Money
from invoicing.models.guards import fits_what_it_is_of
from invoicing.models.labels import PaperKind
from invoicing.models.queries import PaperQuerySet
from invoicing.models.series import Series
from taxes.rules import BASIS, TaxCategory

CATEGORIES = [
    (TaxCategory.STANDARD.value, "Taxed"),
    (TaxCategory.ZERO.value, "Zero-rated"),
    (TaxCategory.REVERSE_CHARGE.value, "Reverse charge"),
    (TaxCategory.OUT_OF_SCOPE.value, "Out of scope"),
]
UNTAXED = (TaxCategory.REVERSE_CHARGE.value, TaxCategory.OUT_OF_SCOPE.value, TaxCategory.ZERO.value)


class TaxPaper(models.Model):
    """A tax invoice or a credit note, as it was issued: nothing of it ever changes. Amounts are cents.

    `issuer` and `recipient` are the details of both as they were then, `line` is what was sold.
    """

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    series = models.ForeignKey(Series, models.PROTECT, related_name="papers", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60, help_text="The number in full, as the paper shows it.")
    charge = models.ForeignKey("charges.Charge", models.PROTECT, related_name="papers")
    invoice = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    refund = models.OneToOneField("charges.Charge", models.PROTECT, null=True, related_name="credit_note")
    dispute = models.OneToOneField("charges.Dispute", models.PROTECT, null=True, related_name="credit_note")
    application = models.ForeignKey("customers.Application", models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey("customers.Organization", models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    supplied_at = models.DateTimeField(help_text="When the money was collected or given back.")
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    tax_category = models.CharField(max_length=2, choices=CATEGORIES)
    tax_country = models.CharField(max_length=2, blank=True)
    tax_basis_points = models.PositiveIntegerField(help_text="Hundredths of a percent: 1900 is 19 %.")
    issuer = models.JSONField()
    recipient = models.JSONField()
    line = models.JSONField()

    objects = PaperQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="one_paper_per_number", fields=["series", "number"]),
            models.UniqueConstraint(
                name="one_tax_invoice_per_charge", fields=["charge"], condition=Q(kind=PaperKind.INVOICE)
            ),
            models.CheckConstraint(name="papers_are_numbered_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="net_and_tax_are_the_total",
                condition=Q(net_minor__gte=0, tax_minor__gte=0, total_minor__gt=0)
                & Q(total_minor=F("net_minor") + F("tax_minor")),
            ),
            models.CheckConstraint(
                name="a_credit_note_has_its_cause",
                condition=Q(kind=PaperKind.INVOICE, invoice=None, refund=None, dispute=None)
                | Q(kind=PaperKind.CREDIT_NOTE, invoice__isnull=False)
                & (Q(refund=None, dispute__isnull=False) | Q(refund__isnull=False, dispute=None)),
            ),
            models.CheckConstraint(
                name="tax_follows_its_category",
                condition=Q(tax_category__in=UNTAXED, tax_minor=0, tax_basis_points=0)
                | Q(tax_category=TaxCategory.STANDARD.value, tax_basis_points__range=(1, BASIS))
                & ~Q(tax_country=""),
            ),
        ]
        indexes = [
            models.Index(name="papers_of_a_buyer", fields=["buyer", "-id"]),
            models.Index(name="papers_of_a_buyer_and_app", fields=["buyer", "application", "-id"]),
            models.Index(name="papers_of_a_seller", fields=["seller", "-id"]),
            models.Index(name="papers_of_an_application", fields=["application", "-id"]),
            models.Index(name="papers_by_name", fields=["name"]),
            models.Index(name="papers_by_day", fields=["issued_at", "id"]),
            models.Index(name="papers_by_amount", fields=["total_minor", "currency", "-id"]),
            models.Index(name="papers_of_tests", fields=["-id"], condition=Q(livemode=False)),
            models.Index(name="credit_notes", fields=["-id"], condition=Q(kind=PaperKind.CREDIT_NOTE)),
        ]
        triggers = [fits_what_it_is_of(), *append_only()]

    def __str__(self) -> str:
        return self.name

    @property
    def net(self) -> Money:
        """The amount without tax."""
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in it."""
        return Money(self.tax_minor, self.currency)

    @property
    def total(self) -> Money:
        """What was paid, or given back."""
        return Money(self.total_minor, self.currency)

    @property
    def is_credit_note(self) -> bool:
        """Say whether it gives something back."""
        return bool(self.kind == PaperKind.CREDIT_NOTE)

    def read_line(self, name: str, default: Any = "") -> Any:
        """Return a fact about what was sold."""
        return self.line.get(name, default)
