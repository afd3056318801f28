"""Hostile XML is refused soon, in little memory, and without a word to anybody else."""

import resource
import socket
import time

import pytest

from customers.models import Customer

pytestmark = [pytest.mark.urls("tests.dialects.unibill.desk"), pytest.mark.django_db]
LIMIT = 65_000
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
ATTACKS = {
    "a file": '<!DOCTYPE customer [<!ENTITY x SYSTEM "file:///etc/passwd">]><customer firstName="&x;"/>',
    "a file in text": '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><customer>&x;</customer>',
    "an address": '<!DOCTYPE c [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><customer>&x;</customer>',
    "an outer document type": '<!DOCTYPE customer SYSTEM "http://127.0.0.1:9/x.dtd"><customer/>',
    "a public document type": '<!DOCTYPE customer PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"><customer/>',
    "an outer parameter": '<!DOCTYPE c [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><customer/>',
    "billion laughs": f'<!DOCTYPE c [<!ENTITY l0 "lol">{LAUGHS}]><customer firstName="&l9;"/>',
    "laughs of parameters": '<!DOCTYPE c [<!ENTITY % a "x"><!ENTITY % b "%a;%a;%a;">%b;]><customer/>',
    "quadratic blow-up": f'<!DOCTYPE c [<!ENTITY x "{"a" * 30_000}">]><customer a="{"&x;" * 10_000}"/>',
    "an entity of itself": '<!DOCTYPE c [<!ENTITY x "&x;">]><customer firstName="&x;"/>',
    "an empty document type": "<!DOCTYPE customer><customer/>",
    "a default attribute": '<!DOCTYPE c [<!ATTLIST customer firstName CDATA "John">]><customer/>',
    "a notation": '<!DOCTYPE c [<!NOTATION n SYSTEM "x"><!ENTITY e SYSTEM "y" NDATA n>]><customer/>',
    "a style sheet": '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><customer firstName="John"/>',
    "an instruction at the end": '<customer firstName="John"/><?php phpinfo() ?>',
    "an inclusion": '<customer><i xmlns="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></customer>',
    "deep elements": "<customer>" * (LIMIT // 10),
    "deep and closed": "<customer>" + "<a>" * 9_000 + "</a>" * 9_000 + "</customer>",
    "many children": "<customer>" + "<a/>" * 15_000 + "</customer>",
    "many attributes": "<customer " + " ".join(f'a{n}=""' for n in range(7_000)) + "/>",
    "the same attribute many times": "<customer " + 'a="" ' * 12_000 + "/>",
    "one long name": f"<{'a' * LIMIT}/>",
    "one long value without end": f'<customer a="{"a" * LIMIT}',
    "one long comment without end": f"<!--{'a' * LIMIT}",
    "one long section without end": f"<customer><![CDATA[{'a' * LIMIT}",
    "text in a section": "<customer><![CDATA[John]]></customer>",
    "an unknown entity": '<customer firstName="&nbsp;"/>',
    "a character that is none": '<customer firstName="&#0;"/>',
    "half a character": '<customer firstName="&#xD800;"/>',
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?><customer/>'.encode("utf-16"),
    "seven bits": "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4-<customer/>",
    "a document type behind a mark": "\ufeff<!DOCTYPE customer><customer/>",
}


@pytest.fixture
def _no_sockets(monkeypatch):
    """Nobody is called."""

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def peak_mebibytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.usefixtures("_no_sockets")
@pytest.mark.parametrize("kind", ["application/xml", "text/xml", ""])
@pytest.mark.parametrize("what", ATTACKS)
def test_it_is_refused_at_once(client, what, kind):
    client.get("/api/v01/customers")  # The password is verified, the code loaded.
    memory, start = peak_mebibytes(), time.process_time()
    response = client.generic("PUT", "/api/v01/customers", ATTACKS[what], kind)
    seconds = time.process_time() - start
    assert response.status_code == 400
    assert b"failureCode" in response.content
    assert b"root:" not in response.content
    assert seconds < 0.1
    assert peak_mebibytes() - memory < 20
    assert not Customer.objects.exists()
