"""Companies: made without a key, looked at with one."""

from customers.models import ApiKey, Merchant
from tests.dialects.billy.world import UNKNOWN, Company, call, iso, ok


def test_a_company_is_created_without_a_key_and_gets_one(frozen):
    shown = ok(call("POST", "/v1/companies", None, {"processor_key": "made-up"}))
    assert set(shown) == {"guid", "api_key", "created_at", "updated_at"}
    assert shown["created_at"] == shown["updated_at"] == iso(frozen) == "2013-08-16T00:00:00"
    assert shown["guid"].startswith("CP")
    assert len(shown["guid"]) in (23, 24)
    assert len(shown["api_key"]) in (43, 44)


def test_a_company_without_a_processor_key_is_refused(db):
    for parameters in ({}, {"processor_key": ""}, {"processor_key": " \t"}):
        response = call("POST", "/v1/companies", None, parameters)
        assert response.status_code == 400
        assert "<li>processor_key:<ul><li>This field is required." in response.content.decode()
    assert not Merchant.objects.exists()


def test_a_company_looks_at_itself_and_sees_what_it_was_created_with(company):
    assert ok(company.get(f"companies/{company.guid}")) == company.shown


def test_a_bad_key_looks_at_nothing(company):
    assert call("GET", f"/v1/companies/{company.guid}", "BAD_API_KEY").status_code == 403


def test_an_unknown_company_is_not_found(company):
    response = company.get(f"companies/{UNKNOWN['CP']}")
    assert response.status_code == 404
    assert f"No such company {UNKNOWN['CP']}" in response.content.decode()


def test_companies_do_not_see_one_another(company, other):
    for one, another in ((company, other), (other, company)):
        response = one.get(f"companies/{another.guid}")
        assert response.status_code == 403
        detail = f"You have no premission to access company {another.guid}"
        assert detail in response.content.decode()


def test_two_companies_may_share_a_processor_key(company, other):
    assert company.guid != other.guid
    assert company.key != other.key


def test_a_processor_key_of_64_characters_is_taken_and_no_longer_one(db):
    Company(processor_key="k" * 64)
    response = call("POST", "/v1/companies", None, {"processor_key": "k" * 65})
    assert response.status_code == 400
    assert "processor_key" in response.content.decode()


def test_the_list_of_companies_is_null(db):
    assert ok(call("GET", "/v1/companies")) is None
    assert call("HEAD", "/v1/companies").status_code == 200


def test_neither_key_is_stored_in_the_clear(company):
    merchant, key = Merchant.objects.get(), ApiKey.objects.get()
    stored = b"|".join(
        [bytes(merchant.sealed_processor_key), bytes(key.sealed_key), f"{key.digest} {key.hint}".encode()]
    )
    assert b"made-up-processor-key" not in stored
    assert company.key.encode() not in stored
    assert company.key.startswith(key.hint)
    assert len(key.hint) < 8


def test_where_keys_are_not_kept_readable_they_are_shown_once(settings, db):
    settings.BILLY_SHOW_API_KEYS = False
    company = Company()
    assert len(company.key) in (43, 44)
    assert ApiKey.objects.get().sealed_key is None
    assert ok(company.get(f"companies/{company.guid}"))["api_key"] == f"{company.key[:6]}..."


def test_a_key_sealed_under_a_lost_secret_is_masked_and_still_opens(settings, company):
    settings.SECRET_KEY = "another-made-up-secret"
    assert ok(company.get(f"companies/{company.guid}"))["api_key"] == f"{company.key[:6]}..."
