"""Applications: the apps of sellers, which are OAuth clients at the same time."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django_fsm import FSMField, transition
from oauth2_provider.models import AbstractApplication

from core.ids import new_client_id
from core.transitions import guard_transitions
from core.urls import is_safe_redirect, matches_registered_redirect
from customers.models.organizations import Organization, clean_name

BILLING_ADMIN = "billing_admin"


class Product(models.TextChoices):
    """A product of the marketplace that apps are sold for."""

    LIVECHAT = "livechat", "LiveChat"
    HELPDESK = "helpdesk", "HelpDesk"


class SellerOfRecord(models.TextChoices):
    """In whose name buyers get tax invoices."""

    MARKETPLACE = "marketplace", "The marketplace"
    SELLER = "seller", "The seller"


class ReviewStatus(models.TextChoices):
    """Whether the operator lets an app sell for real money."""

    DRAFT = "draft", "In test mode"
    SUBMITTED = "submitted", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


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
    review_status = FSMField(
        max_length=10,
        choices=ReviewStatus.choices,
        default=ReviewStatus.DRAFT,
        db_default=ReviewStatus.DRAFT,
        help_text="Until it is approved, an app makes test charges and test subscriptions only.",
    )
    former_client_secret = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="The one before, hashed."
    )
    former_secret_until = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                name="a_former_client_secret_has_an_end",
                condition=models.Q(former_client_secret="", former_secret_until=None)
                | ~models.Q(former_client_secret="") & models.Q(former_secret_until__isnull=False),
            ),
            models.CheckConstraint(
                name="an_application_has_a_known_review",
                condition=models.Q(review_status__in=ReviewStatus.values),
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

    @property
    def is_approved(self) -> bool:
        """Say whether it may sell for real money."""
        return self.review_status == ReviewStatus.APPROVED

    @transition(
        review_status, source=[ReviewStatus.DRAFT, ReviewStatus.REFUSED], target=ReviewStatus.SUBMITTED
    )
    def submit(self) -> None:
        """The seller asks for approval."""

    @transition(review_status, source=ReviewStatus.SUBMITTED, target=ReviewStatus.DRAFT)
    def take_back(self) -> None:
        """The seller changes the app before it is decided."""

    @transition(review_status, source=ReviewStatus.SUBMITTED, target=ReviewStatus.APPROVED)
    def approve(self) -> None:
        """The operator lets it sell for real money."""

    @transition(review_status, source=ReviewStatus.SUBMITTED, target=ReviewStatus.REFUSED)
    def refuse(self) -> None:
        """The operator says no, and why."""


guard_transitions(Application, name="review_status")
