"""How an app presents itself to buyers: its addresses checked and kept, its icon written anew."""

import hashlib
from typing import NamedTuple

from django.db import transaction

from core.errors import InvalidField
from core.texts import refuse_card_number
from core.urls import is_mail_address, is_web_page
from customers.icons import write_icon
from customers.models import MAX_ADDRESS, Application, ApplicationIcon


class Looks(NamedTuple):
    """The addresses of an app; blank for none."""

    website_url: str
    support_address: str
    terms_url: str


def check_looks(*, website_url: str, support_address: str, terms_url: str) -> Looks:
    """Return the addresses as they are kept. Raises InvalidField."""
    return Looks(
        website_url=_check_page("website_url", website_url),
        support_address=_check_support(support_address),
        terms_url=_check_page("terms_url", terms_url),
    )


@transaction.atomic
def change_application_looks(
    *, application_id: int, website_url: str, support_address: str, terms_url: str
) -> None:
    """Change where buyers read about an app, get help and find the seller's terms. Raises InvalidField."""
    looks = check_looks(website_url=website_url, support_address=support_address, terms_url=terms_url)
    app = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application_id)
    for name, address in looks._asdict().items():
        setattr(app, name, address)
    app.save(update_fields=looks._fields)


def change_application_icon(*, application_id: int, icon: bytes) -> None:
    """Give an app the icon in an uploaded file, or none for an empty one. Raises InvalidField."""
    content = write_icon(icon) if icon else b""
    digest = hashlib.sha256(content).hexdigest() if content else ""
    with transaction.atomic():
        app = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application_id)
        kept = {"digest": digest, "content": content}
        if content:
            ApplicationIcon.objects.update_or_create(application=app, defaults=kept)
        else:
            ApplicationIcon.objects.filter(application=app).delete()
        app.icon_digest = digest
        app.save(update_fields=["icon_digest"])


def find_icon(digest: str) -> bytes | None:
    """Return an icon (PNG) by the SHA-256 of its content, or None."""
    content = ApplicationIcon.objects.filter(digest=digest).values_list("content", flat=True).first()
    return bytes(content) if content is not None else None


def _check_page(field: str, url: str) -> str:
    url = url.strip()
    if url and (len(url) > MAX_ADDRESS or not is_web_page(url)):
        raise InvalidField(field, f"must begin with https:// and have at most {MAX_ADDRESS} characters")
    refuse_card_number(field, url, is_code=True)
    return url


def _check_support(address: str) -> str:
    address = address.strip()
    if address.startswith("https:"):
        return _check_page("support_address", address)
    if address and not is_mail_address(address):
        raise InvalidField("support_address", "must be an e-mail address, or begin with https://")
    refuse_card_number("support_address", address, is_code=True)
    return address
