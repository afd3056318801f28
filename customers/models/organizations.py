"""Organisations, their accounts and seller apps."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from oauth2_provider.models import AbstractApplication

from core import clock
from core.errors import InvalidField
from core.ids import new_client_id, new_public_id
from core.texts import check_display_name
from core.urls import is_safe_redirect, matches_registered_redirect
from customers.models.billing_details import BillingDetails
from customers.models.staff import account_is_not_staff

LICENSE_SEQUENCE = "customers_license_id_seq"
MAX_NAME = 255
BILLING_ADMIN = "billing_admin"


class NextLicenseId(models.Func):
    """The database's next licence id, so that two requests never get the same."""

    template = f"nextval('{LICENSE_SEQUENCE}')"
    output_field = models.IntegerField()


class Product(models.TextChoices):
    """A product of the marketplace that apps are sold for."""

    LIVECHAT = "livechat", "LiveChat"
    HELPDESK = "helpdesk", "HelpDesk"


def clean_name(name: str) -> str:
    """Return the name of a tenant or an app as it is kept. Raises ValidationError."""
    try:
        checked = check_display_name("name", name, MAX_NAME)
    except InvalidField as refusal:
        raise ValidationError({refusal.field: f"The name {refusal}."}) from None
    if not checked:
        raise ValidationError({"name": "The name must not be blank."})
    return checked


class Organization(BillingDetails):
    """A tenant: it buys, sells, or both."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    license_id = models.IntegerField(unique=True, db_default=NextLicenseId(), editable=False)
    name = models.CharField(max_length=MAX_NAME)
    is_operator = models.BooleanField(
        default=False, help_text="Runs this marketplace: its billing_admin tokens see every tenant."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [GinIndex(SearchVector("name", config="simple"), name="organizations_by_words")]
        constraints = [
            models.CheckConstraint(
                name="organization_country", condition=models.Q(country__regex="^([A-Z]{2})?$")
            ),
            models.CheckConstraint(
                name="a_vat_number_is_of_a_country",
                condition=models.Q(vat_number="") | ~models.Q(country=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_issue_invoices(self) -> bool:
        """Say whether tax invoices can be issued in its name."""
        return bool(self.legal_name and self.country)

    def clean(self) -> None:
        """Refuse names that pages cannot show. Raises ValidationError."""
        self.name = clean_name(self.name)


class Account(models.Model):
    """A person in an organisation; the e-mail is Text's entity id."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="accounts")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account")
    email = models.EmailField(unique=True)
    has_billing_role = models.BooleanField(
        default=False, help_text="May accept charges and see money on behalf of the organisation."
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="Of pages and mails, such as de; blank for that of the browser, in mails English.",
    )
    # Of a person: organisations have people in many places. Blank means UTC, whose days count in billing.
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Such as Europe/Warsaw; blank for UTC.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_email_is_lower_case",
                condition=models.Q(email=Lower("email")),
            ),
            models.CheckConstraint(
                name="account_language_is_a_code",
                condition=models.Q(language__regex=r"^([a-z]{2,3}(-[a-z]{2,4})?)?$"),
            ),
            models.CheckConstraint(
                name="account_time_zone_is_a_name",
                condition=models.Q(time_zone__regex=r"^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*)?$"),
            ),
        ]
        triggers = [account_is_not_staff()]

    def __str__(self) -> str:
        return self.email

    @property
    def zone(self) -> tzinfo:
        """The time zone of this person's days; UTC too where this machine does not know it any more."""
        try:
            return ZoneInfo(self.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return UTC


class SellerOfRecord(models.TextChoices):
    """In whose name buyers get tax invoices."""

    MARKETPLACE = "marketplace", "The marketplace"
    SELLER = "seller", "The seller"


class Application(AbstractApplication):
    """A seller's app, which is also an OAuth client: Text calls its id the order client."""

    client_id = models.CharField(max_length=32, unique=True, default=new_client_id)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="applications")
    author_email = models.EmailField()
    products = ArrayField(models.CharField(max_length=20, choices=Product.choices), default=list)
    commission_percent = models.PositiveSmallIntegerField(
        default=20, validators=[MaxValueValidator(100)], help_text="What the marketplace keeps of each sale."
    )
    allowed_scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    first_party = models.BooleanField(
        default=False, help_text="The marketplace's own: its tokens express the buyer's consent."
    )
    return_origins = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Origins such as https://app.example that buyers may be sent back to.",
    )
    is_active = models.BooleanField(default=True)
    starts_when_accepted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="What a buyer accepts is activated at once, without waiting for the app.",
    )
    remembers_trials = models.BooleanField(
        default=True,
        db_default=True,
        help_text="A second trial of the same thing has only what the buyer's first one left.",
    )
    allows_second = models.BooleanField(
        "allows a second subscription",
        default=True,
        db_default=True,
        help_text="Off, a buyer who has a subscription cannot accept a second one of the same thing.",
    )
    requires_pkce = models.BooleanField(
        "requires PKCE",
        default=True,
        db_default=True,
        help_text="Off, an app with a secret may sign in without PKCE, as older clients of Text do.",
    )

    seller_of_record = models.CharField(
        max_length=20,
        choices=SellerOfRecord.choices,
        default=SellerOfRecord.MARKETPLACE,
        db_default=SellerOfRecord.MARKETPLACE,
        help_text="In whose name buyers get tax invoices; a seller needs a legal name and a country.",
    )
    prices_exclude_tax = models.BooleanField(
        default=False,
        db_default=False,
        help_text="On, tax is added to the price when the app asks for it; off, it is in the price.",
    )

    class Meta(AbstractApplication.Meta):
        constraints = [
            models.CheckConstraint(
                name="an_application_without_a_secret_requires_pkce",
                condition=models.Q(requires_pkce=True)
                | models.Q(client_type=AbstractApplication.CLIENT_CONFIDENTIAL),
            ),
            models.CheckConstraint(
                name="application_commission_is_a_percentage",
                condition=models.Q(commission_percent__lte=100),
            ),
        ]

    def clean(self) -> None:
        """Refuse names that pages cannot show, and redirect URIs in the clear, but for loopback.

        Raises ValidationError.
        """
        super().clean()
        self.name = clean_name(self.name)
        if not all(is_safe_redirect(uri) for uri in self.redirect_uris.split()):
            raise ValidationError({"redirect_uris": "Only https, or http to a loopback address."})
        is_of_operator = self.organization_id is not None and self.organization.is_operator
        if BILLING_ADMIN in self.allowed_scopes and not is_of_operator:
            raise ValidationError({"allowed_scopes": f"{BILLING_ADMIN} is for applications of the operator."})
        is_known = self.organization_id is not None and self.organization.can_issue_invoices
        if self.seller_of_record == SellerOfRecord.SELLER and not is_known:
            raise ValidationError({"seller_of_record": "Its organisation has no legal name and country yet."})

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Say whether an OAuth answer may go to this address: one of those registered, byte for byte."""
        return matches_registered_redirect(uri, self.redirect_uris.split())

    def get_allowed_schemes(self) -> list[str]:
        """Let http pass beside https; `is_safe_redirect` decides where it may lead."""
        return ["https", "http"]

    def is_usable(self, request: object) -> bool:
        """Tell oauth2_provider whether this client may still be used."""
        return self.is_active
