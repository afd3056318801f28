"""Tax invoices and credit notes, to look at and download."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.admin.base import BillingAdmin, ReadOnlyAdmin
from backoffice.admin.exported_columns import PAPERS
from backoffice.admin.filters import CurrencyFilter, ModeFilter, filter_amounts, filter_days
from backoffice.admin.seller_filters import PaperSellerFilter
from backoffice.amount_presenters import explain_paper
from backoffice.columns import draw_lines, instant, link, link_to_list, mode, money
from backoffice.search.lists import find_papers, read_uuid
from invoicing.files.download import answer_file
from invoicing.models import FileFormat, HeldInvoice, Series, TaxPaper
from taxes.models import TaxRate
from taxes.rules import write_percent


@admin.register(TaxPaper)
class TaxPaperAdmin(ReadOnlyAdmin):
    """Papers as they were issued; nothing of them changes."""

    in_mode = mode(lambda paper: not paper.livemode)
    charge_link = link("charge", "charge")
    refund_link = link("refund", "refund")
    dispute_link = link("dispute", "dispute")
    invoice_link = link("invoice", "for invoice")
    buyer_link = link("buyer", "buyer")
    seller_link = link("seller", "seller")
    app_link = link("application", "app")
    issued = instant("issued_at", "issued")
    supplied = instant("supplied_at", "collected or given back")
    net_amount = money("net_minor", "net")
    tax_amount = money("tax_minor", "tax")
    total_amount = money("total_minor", "total")
    list_display = (
        "total_amount",
        "kind",
        "in_mode",
        "buyer_link",
        "net_amount",
        "tax_amount",
        "issued",
        "name",
    )
    day_field = "issued_at"
    totalled = ("kind", "currency", "total_minor")
    exported = PAPERS
    list_select_related = ("buyer",)
    list_filter = (
        filter_days("issued_at", "day of issue"),
        filter_amounts("total_minor"),
        PaperSellerFilter,
        ModeFilter,
        "kind",
        "tax_category",
        CurrencyFilter,
    )
    linked_filters = ("buyer__id__exact", "seller__id__exact", "charge__id__exact", "invoice__id__exact")
    search_fields = ("name",)
    search_help_text = "Number, its public id, or that of the charge"
    actions_detail = ("pdf", "xml")
    readonly_fields = ("rate", "made_out", "issued_by", "credit_notes", "why")
    fieldsets = (
        (None, {"fields": (("name", "kind", "in_mode"), ("issued", "supplied"), "public_id")}),
        (
            "Money",
            {"fields": (("net_amount", "tax_amount", "total_amount"), ("tax_category", "rate"), "why")},
        ),
        ("Whose", {"fields": (("issued_by", "made_out"), ("seller_link", "app_link", "buyer_link"))}),
        (
            "Of",
            {"fields": (("charge_link", "invoice_link"), ("refund_link", "dispute_link"), "credit_notes")},
        ),
    )

    def find(self, term: str) -> Q:
        """Find by number, id or charge."""
        return find_papers(term)

    @admin.display(description="why this amount")
    def why(self, paper: TaxPaper) -> str:
        """Show how the amounts come about."""
        return draw_lines(explain_paper(paper))

    @admin.display(description="rate")
    def rate(self, paper: TaxPaper) -> str:
        """Show the rate and whose it is."""
        return f"{write_percent(paper.tax_basis_points)} % {paper.tax_country}".strip()

    @admin.display(description="issued by")
    def issued_by(self, paper: TaxPaper) -> str:
        """Show the issuer as the paper names it."""
        return ", ".join(text for text in paper.issuer.values() if text)

    @admin.display(description="made out to")
    def made_out(self, paper: TaxPaper) -> str:
        """Show the recipient as the paper names it."""
        return ", ".join(text for text in paper.recipient.values() if text)

    @admin.display(description="credit notes")
    def credit_notes(self, paper: TaxPaper) -> str | None:
        """Link to those of an invoice."""
        return None if paper.is_credit_note else link_to_list(TaxPaper, "Show", invoice__id__exact=paper.pk)

    @action(description="PDF", url_path="pdf", variant=ActionVariant.PRIMARY)
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the printed paper."""
        return self._answer(request, object_id, FileFormat.PDF)

    @action(description="Structured invoice (XML)", url_path="xml")
    def xml(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the structured invoice."""
        return self._answer(request, object_id, FileFormat.XML)

    def _answer(self, request: HttpRequest, object_id: str, form: FileFormat) -> HttpResponse:
        paper = self.get_object(request, unquote(object_id))
        if paper is None:
            raise Http404
        if not self.has_view_permission(request, paper):
            raise PermissionDenied
        return answer_file(paper, form)


@admin.register(HeldInvoice)
class HeldInvoiceAdmin(ReadOnlyAdmin):
    """Invoices that wait for a rate. Whoever enters it under Tax rates need do nothing else."""

    charge_link = link("charge", "charge")
    held = instant("held_at", "held since")
    released = instant("released_at", "issued")
    list_display = ("charge_link", "country", "day", "held", "released")
    list_display_links = ("held",)
    list_select_related = ("charge",)
    list_filter = ("country",)
    linked_filters = ("released_at__isnull",)
    search_fields = ("country",)
    search_help_text = "Country, such as DE, or public id of the charge"
    fields = ("charge_link", ("country", "day"), ("held", "released"), "made_out")
    readonly_fields = ("made_out",)

    def find(self, term: str) -> Q:
        """Find by country or charge."""
        if public_id := read_uuid(term):
            return Q(charge__public_id=public_id)
        return Q(country=term.upper()[:2])

    @admin.display(description="to be made out to")
    def made_out(self, held: HeldInvoice) -> str:
        """Show the recipient as it was then."""
        return ", ".join(text for text in held.terms["recipient"].values() if text)


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    """Where numbers come from, and the last one that was given."""

    in_mode = mode(lambda series: not series.livemode)
    issuer_link = link("issuer", "issuer")
    list_display = ("prefix", "kind", "year", "in_mode", "issuer_link", "last")
    list_select_related = ("issuer",)
    list_filter = ("kind", "livemode")
    search_fields = ("prefix",)
    search_help_text = "Beginning of the number"
    fields = ("prefix", ("kind", "year", "in_mode"), "issuer_link", "last")

    def find(self, term: str) -> Q:
        """Find by prefix."""
        return Q(prefix__istartswith=term)


@admin.register(TaxRate)
class TaxRateAdmin(BillingAdmin):
    """Rates by country and day: a new rate is a new row, after the old one was given its last day."""

    form_needs_factor = True
    created = instant("created_at", "entered")
    list_display = ("country", "kind", "percent", "valid_from", "valid_to")
    list_filter = ("kind",)
    linked_filters = ("valid_to__isnull",)
    search_fields = ("country",)
    search_help_text = "Country, such as DE"
    fields = ("country", "kind", "basis_points", "valid_from", "valid_to", "created")

    def find(self, term: str) -> Q:
        """Find by country."""
        return Q(country=term.upper()[:2])

    def get_readonly_fields(self, request: HttpRequest, obj: TaxRate | None = None) -> tuple[str, ...]:
        """A rate gets a last day and nothing else."""
        return ("created", *(("country", "kind", "basis_points", "valid_from") if obj else ()))

    @admin.display(description="rate")
    def percent(self, rate: TaxRate) -> str:
        """Show the rate."""
        return f"{write_percent(rate.basis_points)} %"
