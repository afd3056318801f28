"""How a seller's app presents itself to buyers: icon, website, help and terms."""

from django.db import models
from django.db.models.lookups import LessThanOrEqual

from core.brand import link_to_support

MAX_ADDRESS = 500
MAX_ICON = 100_000  # Bytes of the PNG that is kept.
PAGE = r"^(https://\S+)?$"
MAIL = r"^[^\s@:]+@[^\s@]+$"


class ApplicationLooks(models.Model):
    """Columns of an app that its buyers see before they pay; all may be blank."""

    website_url = models.CharField(
        "website",
        max_length=MAX_ADDRESS,
        blank=True,
        default="",
        db_default="",
        help_text="Of the app or its seller, beginning with https://.",
    )
    support_address = models.CharField(
        max_length=MAX_ADDRESS,
        blank=True,
        default="",
        db_default="",
        help_text="Where buyers ask about the app: an e-mail address, or a page beginning with https://.",
    )
    terms_url = models.CharField(
        "terms",
        max_length=MAX_ADDRESS,
        blank=True,
        default="",
        db_default="",
        help_text="The seller's terms of sale, beginning with https://.",
    )
    # The SHA-256 of its icon, by which pages find that; blank for none.
    icon_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    @property
    def support_url(self) -> str:
        """Where a link for help leads; empty without an address."""
        return link_to_support(self.support_address)

    @classmethod
    def constrain_looks(cls) -> list[models.BaseConstraint]:
        """Return the constraints of these columns: what is not a page or an address cannot become a link."""
        pages = models.Q(website_url__regex=PAGE, terms_url__regex=PAGE)
        address = models.Q(support_address__regex=PAGE) | models.Q(support_address__regex=MAIL)
        digest = models.Q(icon_digest__regex="^([0-9a-f]{64})?$")
        return [
            models.CheckConstraint(name="an_application_links_to_pages", condition=pages),
            models.CheckConstraint(name="an_application_is_helped_at_an_address", condition=address),
            models.CheckConstraint(name="an_icon_has_a_digest", condition=digest),
        ]


class ApplicationIcon(models.Model):
    """The icon of an app, as it is sent to browsers: a PNG that was written here."""

    application = models.OneToOneField(
        "customers.Application", models.PROTECT, primary_key=True, related_name="icon"
    )
    digest = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_icon_is_small",
                condition=LessThanOrEqual(
                    models.Func("content", function="octet_length", output_field=models.IntegerField()),
                    MAX_ICON,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.digest
