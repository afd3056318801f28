"""Organisations, the people in them and their apps."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from access.oauth.scopes import BILLING_ADMIN, LEDGER_READ, PAYOUTS_MANAGE, PRODUCT_SCOPES
from customers.models import Account, Application, Organization, Product, ReviewStatus

SELLING = [*PRODUCT_SCOPES.values(), LEDGER_READ, PAYOUTS_MANAGE]


class OrganizationFactory(DjangoModelFactory[Organization]):
    """A tenant that buys, sells, or both."""

    class Meta:
        model = Organization

    name = Sequence(lambda n: f"Organisation {n}")


class UserFactory(DjangoModelFactory[User]):
    """Somebody who can log in; without a password given, no password is theirs."""

    class Meta:
        model = get_user_model()

    class Params:
        staff = Trait(is_staff=True)
        superuser = Trait(is_staff=True, is_superuser=True)

    username = Sequence(lambda n: f"person{n}")
    password: Any = None

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(**fields)


class AccountFactory(DjangoModelFactory[Account]):
    """A person with the billing role; `user__password` lets them log in."""

    class Meta:
        model = Account

    class Params:
        owner = Trait(is_owner=True)
        developer = Trait(is_developer=True, has_billing_role=False)

    organization = SubFactory(OrganizationFactory)
    email = Sequence(lambda n: f"person{n}@buyer.example")
    user = SubFactory(UserFactory, username=SelfAttribute("..email"), email=SelfAttribute("..email"))
    has_billing_role = True


class ApplicationFactory(DjangoModelFactory[Application]):
    """A seller's approved app for every product; `marketplace` is the operator's own."""

    class Meta:
        model = Application

    class Params:
        draft = Trait(review_status=ReviewStatus.DRAFT)
        marketplace = Trait(
            organization=SubFactory(OrganizationFactory, name="Marketplace", is_operator=True),
            first_party=True,
            products=[],
            allowed_scopes=[*SELLING, BILLING_ADMIN],
        )

    organization = SubFactory(OrganizationFactory, name="Seller")
    name = Sequence(lambda n: f"App {n}")
    review_status = ReviewStatus.APPROVED
    author_email = "author@seller.example"
    products = LazyAttribute(lambda app: list(Product.values))
    allowed_scopes = LazyAttribute(lambda app: list(SELLING))
    return_origins = LazyAttribute(lambda app: ["https://seller.example"])
    redirect_uris = "https://seller.example/oauth"
    client_type = Application.CLIENT_CONFIDENTIAL
    authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
