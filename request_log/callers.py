"""Find whose requests they were, for a portion of entries at once."""

from collections.abc import Iterable, Iterator

from oauth2_provider.models import get_access_token_model

from customers.models import ApiKey, Application, ServiceUser
from request_log.entries import Claim, ClaimKind, Owner


def find_owners(claims: Iterable[Claim]) -> dict[Claim, Owner]:
    """Return the owners of those claims that name somebody, in one query for each kind."""
    values: dict[ClaimKind, set[str]] = {}
    for claim in claims:
        values.setdefault(claim.kind, set()).add(claim.value)
    finders = {
        ClaimKind.TOKEN: _find_by_tokens,
        ClaimKind.CLIENT: _find_by_clients,
        ClaimKind.KEY: _find_by_keys,
        ClaimKind.USER: _find_by_users,
    }
    found = ((kind, finders[kind](asked)) for kind, asked in values.items())
    return {Claim(kind, value): owner for kind, pairs in found for value, owner in pairs}


def _find_by_tokens(checksums: set[str]) -> Iterator[tuple[str, Owner]]:
    tokens = get_access_token_model().objects.filter(token_checksum__in=checksums)
    columns = ("token_checksum", "application__organization_id", "application_id")
    for checksum, organization_id, application_id in tokens.values_list(*columns):
        yield checksum, Owner(organization_id, application_id)


def _find_by_clients(client_ids: set[str]) -> Iterator[tuple[str, Owner]]:
    applications = Application.objects.filter(client_id__in=client_ids)
    for client_id, organization_id, pk in applications.values_list("client_id", "organization_id", "pk"):
        yield client_id, Owner(organization_id, pk)


def _find_by_keys(digests: set[str]) -> Iterator[tuple[str, Owner]]:
    keys = ApiKey.objects.filter(digest__in=digests)
    columns = ("digest", "merchant__organization_id", "merchant_id")
    for digest, organization_id, merchant_id in keys.values_list(*columns):
        yield digest, Owner(organization_id, merchant_id=merchant_id)


def _find_by_users(usernames: set[str]) -> Iterator[tuple[str, Owner]]:
    """Yield service users; one that reaches merchants of several organisations belongs to none of them."""
    users = ServiceUser.objects.filter(username__in=usernames).prefetch_related("merchants")
    for user in users:
        merchants = list(user.merchants.all())
        organizations = {merchant.organization_id for merchant in merchants}
        yield (
            user.username,
            Owner(
                organization_id=organizations.pop() if len(organizations) == 1 else None,
                merchant_id=merchants[0].pk if len(merchants) == 1 else None,
                service_user_id=user.pk,
            ),
        )
