"""The API references: what is shown without a script, and what each operation says."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from documentation.site import REFERENCES
from operations.docs_app import DOCS_CLIENT_ID


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=REFERENCES)
def test_every_operation_is_listed_with_a_summary_without_any_script(reference):
    text = Client().get(reference.url).content.decode()
    operations = [*reference.operations]
    assert len(operations) >= 25
    for method, path, operation in operations:
        assert f"<code>{method} {path}</code>" in text
        assert operation["summary"]
        assert operation["operationId"]
        assert operation["tags"]


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=REFERENCES)
def test_a_reference_leads_to_its_document_and_its_guide(reference):
    text = Client().get(reference.url).content.decode()
    assert f'href="{reference.url}openapi.json"' in text
    assert f'href="/docs/dialects/{reference.name}/"' in text
    assert Client().get(f"{reference.url}openapi.json").json()["info"]["title"]


def test_the_demos_client_is_filled_in_on_this_machine_only(settings):
    assert f'data-client="{DOCS_CLIENT_ID}"' in Client().get("/docs/text/").content.decode()
    settings.IS_LOCAL = False
    assert 'data-client=""' in Client().get("/docs/text/").content.decode()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=f"{tmp_path}/file/documents cannot be written: Not a directory"):
        call_command("openapi", str(tmp_path / "file" / "documents"))
