"""Everything sealed is sealed anew under a new SECRET_KEY, so that the old one can go."""

from base64 import urlsafe_b64encode
from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils.crypto import salted_hmac

from access import resealing
from access.api_keys import show_api_key
from access.idempotency import Reply, run_once
from access.registration import register_merchant
from access.resealing import SEALED_COLUMNS, reseal_column
from core.sealing import _derive_as_before, is_sealed_anew, seal, unseal
from customers.credentials import open_processor_key
from customers.models import Merchant
from operations.schema_pages.packages import is_ours
from tests.money import run_at_once

OLD, NEW = "an-old-secret-key-of-more-than-fifty-characters-0123456789", "a-new-one" * 8

# What people attach and what is made for them and for banks: given out again as it is, so not sealed.
FILES = {
    *("access_passkey.credential", "access_passkey.credential_id"),  # Public.
    "customers_applicationicon.content",
    "invoicing_paperfile.content",
    "ledger_correction.attachment",
    "ledger_treeleaf.digest",
    "payouts_payoutbatch.content",
}


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    open_processor_key.cache_clear()


def replace_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def drop_old_key(settings):
    settings.SECRET_KEY_FALLBACKS = []
    open_processor_key.cache_clear()


def answer():
    return run_once(
        principal="p", route="POST /x", key="k", fingerprint="", work=lambda: Reply(200, b"the stored answer")
    )


@pytest.fixture
def secrets(db):
    """A processor key, an API key and a stored answer."""
    merchant, api_key = register_merchant(processor_key="key-at-the-processor", from_this_machine=True)
    answer()
    return merchant, api_key


def read_all(merchant):
    merchant.refresh_from_db()
    return (
        open_processor_key(bytes(merchant.sealed_processor_key)),
        show_api_key(merchant),
        answer().body,
    )


def test_after_resealing_the_old_key_can_go(secrets, settings):
    merchant, api_key = secrets
    replace_key(settings)
    expected = ("key-at-the-processor", api_key, b"the stored answer")
    assert read_all(merchant) == expected
    call_command("reseal", stdout=StringIO())
    drop_old_key(settings)
    assert read_all(merchant) == expected
    call_command("reseal", "--check", stdout=StringIO())


def test_the_check_says_what_a_former_key_seals_and_changes_nothing(secrets, settings):
    replace_key(settings)
    said = StringIO()
    before = list(Merchant.objects.values_list("sealed_processor_key", flat=True))
    with pytest.raises(CommandError, match="need another key"):
        call_command("reseal", "--check", stdout=said)
    assert (
        "customers_merchant.sealed_processor_key: 0 under this key, 1 under a former key" in said.getvalue()
    )
    after = list(Merchant.objects.values_list("sealed_processor_key", flat=True))
    assert list(map(bytes, after)) == list(map(bytes, before))


def test_what_no_key_opens_is_named_and_left(secrets, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("reseal", stdout=said)
    assert "1 that no known key opens" in said.getvalue()
    settings.SECRET_KEY = OLD
    assert open_processor_key(bytes(secrets[0].sealed_processor_key)) == "key-at-the-processor"


def test_it_may_be_stopped_half_way_and_started_again(secrets, settings, monkeypatch):
    for _ in range(6):
        register_merchant(processor_key="key-at-the-processor", from_this_machine=True)
    replace_key(settings)
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    sealed, works = [], resealing.seal

    def stop_at_the_fourth(content, *, purpose):
        sealed.append(content)
        if len(sealed) == 4:
            raise KeyboardInterrupt
        return works(content, purpose=purpose)

    monkeypatch.setattr(resealing, "seal", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        reseal_column(SEALED_COLUMNS[0])
    monkeypatch.setattr(resealing, "seal", works)
    counts = reseal_column(SEALED_COLUMNS[0])
    assert (counts.current, counts.old, counts.unreadable) == (2, 5, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_no_harm(secrets, settings):
    replace_key(settings)
    run_at_once(*[lambda: [reseal_column(column) for column in SEALED_COLUMNS]] * 4)
    drop_old_key(settings)
    assert read_all(secrets[0])[0] == "key-at-the-processor"


def test_every_binary_column_is_on_the_list():
    ours = [model for config in apps.get_app_configs() if is_ours(config) for model in config.get_models()]
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in ours
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    listed = {f"{column.model._meta.db_table}.{column.name}" for column in SEALED_COLUMNS}
    assert found == listed | FILES


def test_what_versions_before_sealed_opens_and_is_sealed_anew():
    sealed = _derive_as_before("a purpose", OLD).encrypt(b"content")
    assert unseal(sealed, purpose="a purpose") == b"content"
    assert not is_sealed_anew(sealed, purpose="a purpose")
    assert is_sealed_anew(seal(b"content", purpose="a purpose"), purpose="a purpose")


def test_one_purpose_does_not_open_another():
    with pytest.raises(InvalidToken):
        unseal(seal(b"content", purpose="a"), purpose="b")


def test_a_key_that_signs_is_none_that_seals():
    signing = Fernet(urlsafe_b64encode(salted_hmac("a", b"", secret=OLD, algorithm="sha256").digest()))
    with pytest.raises(InvalidToken):
        signing.decrypt(seal(b"content", purpose="a"))
