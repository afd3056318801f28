"""Organisations, accounts and apps: the reference data that the operator keeps."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.admin.acts import ActPages, button
from backoffice.admin.application_form import ApplicationForm, leave_out_choice
from backoffice.admin.base import BillingAdmin, is_superuser
from backoffice.admin.cards import PaymentOptionInline, ProcessorRecordInline
from backoffice.admin.seller_acts import APPROVE_APPLICATION, REFUSE_APPLICATION
from backoffice.admin.timeline import TimelinePages
from backoffice.columns import brief_id, draw_badge, instant, link, link_to_list
from backoffice.search.lists import find_applications, find_organizations
from charges.models import Charge
from core.errors import InvalidField
from customers.application_looks import change_application_icon
from customers.billing_details import Details, check_details, is_seller_of_record
from customers.countries import COUNTRIES
from customers.models import (
    BILLING_ADMIN,
    Account,
    Application,
    Merchant,
    Organization,
    ReviewStatus,
)
from invoicing.models import TaxPaper
from ledger.models import LedgerAccount
from payouts.models import Payout, PayoutAccount
from subscriptions.models import Subscription

SECRET_TOLD = (
    'Client id {}, client secret <code class="break-all">{}</code>. Copy it now: it is not shown again.'
)
# Tokens and codes are credentials of others: OAuth's own pages revoke them, nobody looks at them.
for credential in (
    get_access_token_model(),
    get_refresh_token_model(),
    get_grant_model(),
    get_id_token_model(),
    Application,
):
    admin.site.unregister(credential)


class OrganizationForm(forms.ModelForm):
    """A tenant, with the details that its tax invoices name."""

    country = forms.ChoiceField(
        choices=[("", "Not known"), *COUNTRIES.items()], required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Organization
        fields = ("name", "is_operator", *Details._fields)

    def clean(self) -> dict[str, Any]:
        """Return the details as they are kept. Raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if self.errors or "country" not in said:  # Who may only look has no fields to fill in.
            return said
        try:
            kept = check_details(**{name: said[name] for name in Details._fields})
        except InvalidField as refusal:
            raise forms.ValidationError({refusal.field: f"It {refusal}."}) from None
        if not (kept.legal_name and kept.country) and is_seller_of_record(self.instance.pk):
            raise forms.ValidationError("It issues invoices in its own name: it needs a name and a country.")
        return said | kept._asdict()


@admin.register(Organization)
class OrganizationAdmin(TimelinePages):
    """Tenants: buyers, sellers, or both. The form says who is the operator, and needs a second factor."""

    form_needs_factor = True
    created = instant("created_at", "created")
    short_id = brief_id()
    list_display = ("name", "license_id", "is_operator", "created", "short_id")
    search_fields = ("name",)
    search_help_text = "Name, licence or organisation id"
    readonly_fields = ("public_id", "license_id", "created", "lists", "new_account", "new_application")
    form = OrganizationForm
    fields = ("name", "is_operator", *Details._fields, *readonly_fields)
    inlines = (PaymentOptionInline, ProcessorRecordInline)
    actions_detail = ("timeline",)

    def find(self, term: str) -> Q:
        """Find by name or id."""
        return find_organizations(term)

    @admin.display(description="more")
    def lists(self, organization: Organization) -> str:
        """Link to what belongs to it."""
        links = [
            link_to_list(Charge, "Purchases", buyer__id__exact=organization.pk),
            link_to_list(Charge, "Sales", payee__id__exact=organization.pk),
            link_to_list(Subscription, "Subscriptions", buyer__id__exact=organization.pk),
            link_to_list(Merchant, "Merchants", organization__id__exact=organization.pk),
            link_to_list(Account, "Accounts", organization__id__exact=organization.pk),
            link_to_list(Application, "Apps", organization__id__exact=organization.pk),
            link_to_list(TaxPaper, "Invoices", buyer__id__exact=organization.pk),
            link_to_list(LedgerAccount, "Ledger", organization__id__exact=organization.pk),
            link_to_list(PayoutAccount, "Payout accounts", organization__id__exact=organization.pk),
            link_to_list(Payout, "Payouts", organization__id__exact=organization.pk),
        ]
        return format_html_join(" · ", "{}", ((link,) for link in links))

    @admin.display(description="new account")
    def new_account(self, organization: Organization) -> str:
        """Lead to the form of a person of this organisation."""
        return _link_to_form("admin:customers_account_add", organization, "Add a person")

    @admin.display(description="new app")
    def new_application(self, organization: Organization) -> str:
        """Lead to the form of an app of this organisation."""
        return _link_to_form("admin:customers_application_add", organization, "Add an app")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Lead nobody to a form that is not theirs, and nowhere before there is an organisation."""
        forms = {"new_account": "customers.add_account", "new_application": "customers.add_application"}
        theirs = [name for name, needed in forms.items() if obj and request.user.has_perm(needed)]
        shown = super().get_fields(request, obj)
        return [name for name in shown if name not in forms or name in theirs]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Let superusers alone say who runs the marketplace."""
        return (*self.readonly_fields, *(() if is_superuser(request) else ("is_operator",)))


def _link_to_form(form: str, organization: Organization, words: str) -> str:
    """Return a link to a form that knows the organisation: without a script nobody could look it up there."""
    address = reverse(form, query={"organization": organization.pk})
    return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', address, words)


@admin.register(Application)
class ApplicationAdmin(ActPages):
    """Sellers' apps, which are OAuth clients too; those of sellers wait for approval.

    What the form adds is approved by that, and it shows secrets: it needs a second factor.
    """

    form_needs_factor = True
    grants = BillingAdmin.grants
    acts = (APPROVE_APPLICATION, REFUSE_APPLICATION)
    actions_detail = ("approve", "refuse")
    approve = button(APPROVE_APPLICATION, needs="change", variant=ActionVariant.PRIMARY)
    refuse = button(REFUSE_APPLICATION, needs="change", variant=ActionVariant.DANGER)
    form = ApplicationForm
    owner = link("organization", "seller")
    list_display = ("name", "owner", "client_id", "commission", "flags", "review_status", "is_active")
    list_select_related = ("organization",)
    list_filter = ("review_status", "is_active", "first_party")
    linked_filters = ("organization__id__exact",)
    search_fields = ("client_id",)
    search_help_text = "Client id, name, author's e-mail or organisation"
    autocomplete_fields = ("organization",)
    filled_in = ("organization",)
    fields = ("client_id", "review_status", *ApplicationForm.Meta.fields, "new_icon", "no_icon", "new_secret")

    def find(self, term: str) -> Q:
        """Find by client id, name, author or organisation."""
        return find_applications(term)

    @admin.display(description="commission")
    def commission(self, app: Application) -> str:
        """Show what the marketplace keeps."""
        return f"{app.commission_percent} %"

    @admin.display(description="kind")
    def flags(self, app: Application) -> str | None:
        """Mark the marketplace's own."""
        return draw_badge("First party", "info") if app.first_party else None

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """A new app gets its secret anyway, and has no icon to be taken away."""
        later = () if obj else ("new_secret", "no_icon")
        return [name for name in super().get_fields(request, obj) if name not in later]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """An app does not change hands, and superusers alone let one express the consent of buyers."""
        fixed = ("client_id", "review_status", *(("organization",) if obj else ()))
        return fixed if is_superuser(request) else (*fixed, "first_party")

    def list_facts(self, subject: Application) -> list[str]:
        """Return what tells one app from another."""
        return [subject.name, str(subject.organization), subject.client_id]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let staff add apps, which are approved by that."""
        return BillingAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Leave the marketplace's own to superusers: its addresses and secret lead to the buyers' consent."""
        allowed: bool = BillingAdmin.has_change_permission(self, request, obj)
        is_own = isinstance(obj, Application) and (obj.first_party or BILLING_ADMIN in obj.allowed_scopes)
        return allowed and (is_superuser(request) or not is_own)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; superusers alone give billing_admin."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "allowed_scopes" in form.base_fields and not is_superuser(request):
            form.base_fields["allowed_scopes"] = leave_out_choice(
                form.base_fields["allowed_scopes"], BILLING_ADMIN
            )
        return form

    def save_model(self, request: HttpRequest, obj: Application, form: Any, change: bool) -> None:
        """Keep the app; a new secret is stored hashed and told once."""
        secret = "" if change and not form.cleaned_data.get("new_secret") else generate_client_secret()
        if not change:
            obj.review_status = ReviewStatus.APPROVED
            obj.client_type = Application.CLIENT_CONFIDENTIAL
            obj.authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
        if secret:
            obj.client_secret = secret
            obj.former_client_secret, obj.former_secret_until = "", None
        super().save_model(request, obj, form, change)
        self._change_icon(obj, form)
        if secret:
            messages.warning(request, format_html(SECRET_TOLD, obj.client_id, secret))

    def _change_icon(self, app: Application, form: Any) -> None:
        if icon := form.cleaned_data.get("new_icon"):
            change_application_icon(application_id=app.pk, icon=icon)
        elif form.cleaned_data.get("no_icon"):
            change_application_icon(application_id=app.pk, icon=b"")
