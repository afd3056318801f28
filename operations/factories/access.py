"""Those who call: apps that act for an account, and service users."""

from typing import Any

from django.contrib.auth.hashers import make_password
from factory import Factory, LazyAttribute, Sequence, SubFactory, post_generation
from factory.django import DjangoModelFactory

from access.models import SignUp
from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import Caller, find_caller
from access.oauth.scopes import PRODUCT_SCOPES
from customers.models import Account, Application, Merchant, ServiceUser
from operations.factories.organizations import AccountFactory, ApplicationFactory

ALL_SCOPES = " ".join(PRODUCT_SCOPES.values())


class CallerFactory(Factory[Caller]):
    """An app that acts for an account, by a token that the account granted to it."""

    class Meta:
        model = Caller

    account = SubFactory(AccountFactory)
    application = SubFactory(ApplicationFactory)
    scopes = ALL_SCOPES

    @classmethod
    def _create(
        cls, model_class: type[Caller], *args: Any, account: Account, application: Application, scopes: str
    ) -> Caller:
        return find_caller(issue_token(account, application, scopes))


class ServiceUserFactory(DjangoModelFactory[ServiceUser]):
    """A program that may call for `merchants`; its password is kept in the way that takes no time."""

    class Meta:
        model = ServiceUser
        skip_postgeneration_save = True

    class Params:
        secret = "a-password-of-tests"

    username = Sequence(lambda n: f"api-shop-{n}")
    password = LazyAttribute(lambda user: make_password(user.secret, hasher="pbkdf2_sha256_machine"))

    @post_generation
    def merchants(self: ServiceUser, create: bool, merchants: list[Merchant] | None, **_: Any) -> None:
        """Let it reach these."""
        self.merchants.set(merchants or [])


class SignUpFactory(DjangoModelFactory[SignUp]):
    """A seller that signed up and has confirmed nothing yet; no password is theirs."""

    class Meta:
        model = SignUp

    email = Sequence(lambda n: f"kim{n}@kites.example")
    organization_name = "Paper Kites Ltd"
    country = "NL"
    password = "!"
