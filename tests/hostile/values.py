"""Values, bodies and headers that nobody sends in good faith."""

import json

TEXTS = (
    *(
        "",
        " ",
        "\t",
        "0",
        "-0",
        "-1",
        "1",
        "1.0",
        "1e3",
        "1e400",
        "0x10",
        "1_000",
        "+5",
        "٣",
        "½",
        "Ⅷ",
        "1,5",
    ),
    *("NaN", "Infinity", "-Infinity", "null", "true", "None", "undefined", "[]", "{}", "a" * 300, "é" * 200),
    *(
        "\0",
        "a\0b",
        "a\r\nb: c",
        "\x1b[31m",
        "\x7f",
        "\u202eabc",
        "\u200b",
        "\ufeff",
        "\ufffe",
        "👩‍👩‍👧",
        "e\u0301",
    ),
    *(
        "'; DROP TABLE x; --",
        '" OR ""="',
        "%s%n{0}",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
    ),
    *(
        "../../etc/passwd",
        "..%2f..%2f",
        "C:\\x",
        "*",
        "**",
        "~x",
        "*x",
        "%00",
        "%",
        "%zz",
        "&",
        "=",
        ";",
        "#",
        "?",
    ),
    *(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "http://[::1",
        "https://",
        "//x",
    ),
    *(
        "https://seller.example:99999/",
        "https://a@seller.example/",
        "https://seller.example\\@x/",
        "http://\u2488",
    ),
    *("0000-00-00", "2026-02-30", "9999-12-31", "10000-01-01", "2026-13", "0001-01-01T00:00:00Z", "24:00"),
    *(
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:60+14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00",
    ),
    *(
        "2026-01-01T00:00:00.0000000000001Z",
        "-0001-01-01",
        "1e9-1-1",
        "P1M",
        "now",
        "yesterday",
        "1700000000",
    ),
    *(
        "00000000-0000-0000-0000-000000000000",
        "g0000000-0000-7000-8000-000000000000",
        "CP1",
        "PL0OIl",
        "TX" + "1" * 22,
    ),
    *(
        "4111111111111111",
        "4111 1111 1111 1111",
        "DE89370400440532013000",
        "USD",
        "usd",
        "XXX",
        "ZZ",
        "Europe/Nowhere",
    ),
    *(str(2**31), str(2**63), str(-(2**63) - 1), "9" * 40, "9" * 5000, "1" * 19, "99999999", "100000000"),
    *("a@b", "a@b@c", "@", "a" * 65 + "@b.example", "ä@ö.example", "a b@c.example", "a@xn--a.example"),
    *("\x80", "\xff\xfe", "\ud800", "\udfff", "\U0010ffff", "\u2028", "x" * 70_000),
)
NATIVE = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63,
        -(2**63) - 1,
        10**30,
        1.5,
        -0.0,
        1e300,
        [],
        {},
        [[]],
        [None],
    ),
    *([1, "a"], {"a": 1}, {"": None}, [{}] * 50, {"a": {"b": {"c": []}}}, ["a"] * 2000),
)
# JSON that json.dumps does not write.
RAW = (
    *(
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e-400",
        "9" * 5000,
        "01",
        "+1",
        "0x1",
        ".5",
        "1.",
        "'a'",
        "undefined",
    ),
    *(
        '"\\ud800"',
        '"\\u0000"',
        '"\\x"',
        '"\n"',
        "[" * 5000,
        '{"a":' * 5000,
        "[1,]",
        "/**/1",
        "tru",
        "1 1",
        "",
    ),
)
BODIES = (
    *(
        "",
        " ",
        "null",
        "[]",
        "[[]]",
        "{}",
        "0",
        '""',
        "true",
        "{",
        "}",
        "{}{}",
        '{"a"',
        "\0",
        "\xff\xfe",
        "\xef\xbb\xbf{}",
    ),
    *(
        "<a/>",
        "<a",
        "<!DOCTYPE a><a/>",
        "<?xml version='1.0' encoding='utf-7'?><a/>",
        "<a b='1' b='2'/>",
        "<a>&b;</a>",
    ),
    *(
        '<!DOCTYPE a [<!ENTITY b "c">]><a d="&b;"/>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>" * 3000,
    ),
    *(
        "<plan xmlns:x='y' x:a='1'/>",
        "<plan a='\x00'/>",
        "<plan><![CDATA[x]]></plan>",
        "<plan a='&#0;'/>",
        "<plan/><plan/>",
    ),
    *(
        "=",
        "&",
        "&&==&",
        "a",
        "a=b=c",
        "%",
        "%=%",
        "a=%zz",
        "a=%ff",
        "a=%00",
        "a=1&a=2",
        "&".join("a" * 2000),
    ),
    *(
        "[" * 20_000,
        '{"a":' * 20_000,
        "a=" + "b" * 70_000,
        "\x1f\x8b\x08\x00",
        "--x\r\n",
        "--x--\r\n",
        "\r\n\r\n",
    ),
    '--x\r\nContent-Disposition: form-data; name="price"; filename="a"\r\n\r\na\r\n--x--\r\n',
    '--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    "--x\r\nContent-Disposition: form-data; name=\"\xff\"; filename*=utf-7''%ff\r\n\r\n\0\r\n--x--\r\n",
)
TYPES = (
    *(
        "application/json",
        "application/xml",
        "text/xml",
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
        " ",
    ),
    *(
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json;",
    ),
    *(
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; charset=\xff",
        "a" * 5000,
    ),
    *(
        "application/xml; charset=latin-1",
        "text/xml; charset=idna",
        "text/plain; charset=unicode_escape",
        "application/",
    ),
    *(
        "application/json, text/plain",
        "*/*",
        "image/png",
        "application/ld+json",
        "multipart/mixed; boundary=\xff",
        ";;;=",
    ),
    *(
        "application/x-www-form-urlencoded; charset=rot13",
        "text/xml; charset*=x''y",
        'application/json; charset="utf-8',
    ),
    'multipart/form-data; boundary="' + "x" * 300 + '"',
)
HEADERS = (
    *(
        ("Accept", value)
        for value in (
            "",
            "*/*;q=x",
            "text/html",
            "application/xml",
            "a/b/c",
            "\xff",
            "x," * 2000,
            "*/*; a*=b''c",
        )
    ),
    *(("Accept-Language", value) for value in ("", "xx", "de-" * 300, "\xff", "*;q=9", "../x")),
    *(
        ("Authorization", value)
        for value in ("", "Basic", "Basic !", "Basic Og==", "Basic /w==", "Basic " + "A" * 9000)
    ),
    *(
        ("Authorization", value)
        for value in ("Bearer", "Bearer ", "Bearer \xff", "Bearer a b", "Digest x", "Bearer " + "a" * 9000)
    ),
    *(
        ("Authorization", f"Basic {value}")
        for value in ("YTpi", "AAAA", "w7/Dvw==", "YQ==", "YTpiOmM=", "=", "YTpi\xff")
    ),
    *(
        ("Idempotency-Key", value)
        for value in ("", " ", "a b", "\xff", "a" * 300, '"', '"a', "4111111111111111", "a,b", "\x7f", "k")
    ),
    *(
        ("Cookie", value)
        for value in ("session=x; csrf=y", "=;=", "session=\xff", "a" * 9000, 'session="', "session=../x")
    ),
    *(("Content-Encoding", value) for value in ("gzip", "identity, gzip", "\xff", "br", "x" * 300)),
    *(
        ("Content-Length", value)
        for value in ("", "-1", "x", "1e3", "9" * 30, "0", "1", "70000", "300000", "+5", " 5")
    ),
    *(("Transfer-Encoding", value) for value in ("chunked", "gzip", "\xff")),
    *(
        ("Host", value)
        for value in (
            "",
            "evil.example",
            "127.0.0.1:99999",
            "[::1",
            "a b",
            "\xff",
            "127.0.0.1:8000@x",
            "x" * 300,
        )
    ),
    *(("Origin", value) for value in ("null", "http://evil.example", "\xff", "http://[", "")),
    *(("Referer", value) for value in ("http://[", "\xff", "x" * 5000, "http://127.0.0.1:8000/admin/")),
    *(
        ("X-Forwarded-For", value)
        for value in ("", "x", "::1, 1.2.3.4", "999.1.1.1", "\xff", "fe80::1%eth0", "1," * 500)
    ),
    *(("X-Request-Id", value) for value in ("", "a\r\nb", "x" * 100, "4111111111111111")),
    *(("X-Http-Method-Override", value) for value in ("DELETE", "\xff")),
    *(("If-Modified-Since", value) for value in ("x", "\xff", "Fri, 99 Foo 99999 00:00:00 GMT")),
    *(("If-None-Match", value) for value in ("*", '"x', "\xff")),
    *(("Range", value) for value in ("bytes=0-", "bytes=9-1", "x")),
    *(("Sec-Fetch-Site", value) for value in ("cross-site", "\xff")),
    *(("Signature", value) for value in ("", "\xff", "forged")),
    *(
        ("Stripe-Signature", value)
        for value in ("", "t=1,v1=a", "t=x,v1=", "t=\xff", "t=" + "9" * 400 + ",v1=a", "v1=a")
    ),
    *(("Webhook-Signature", value) for value in ("", "\xff", "a" * 64)),
)
SEGMENTS = (
    *(
        "",
        "0",
        "-1",
        "1",
        "a",
        "*",
        "**",
        "*a",
        "~x",
        ".",
        "..",
        "%2e%2e",
        "%2f",
        "%5c",
        "%00",
        "%ff",
        "%c0%af",
        "%",
        "%zz",
    ),
    *(
        "9" * 30,
        "a" * 300,
        "a" * 5000,
        "\xff",
        "é",
        "%F0%9F%92%A9",
        "a;b",
        "a b",
        "%0d%0a",
        "4111111111111111",
        "%3f",
        "%23",
    ),
    *(
        "00000000-0000-7000-8000-000000000000",
        "{charge_id}",
        "'",
        "livechat",
        "helpdesk",
        "2026-13",
        "0000-01",
        "9999-99",
    ),
    *("CPCh6Mi3xwWyJ9DzdwyCqnAm", "PL" + "1" * 400, "TX0", "~load", "~find", "~nothing", "%7eload", "١٢"),
)
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "BREW",
    "get",
    "PROPFIND",
    "X" * 40,
)
NAMES = (
    "",
    "a",
    "id",
    "__proto__",
    "constructor",
    "self",
    "\0",
    "a" * 300,
    "é",
    "a[]",
    "a.b",
    "a__in",
    "_",
    "%",
    "status",
)


def write_json(value: object) -> str:
    """JSON as characters of bytes."""
    return json.dumps(value, ensure_ascii=True)


def write_text(value: str) -> str:
    """UTF-8 as characters of bytes; a lone surrogate becomes the bytes that it would have."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1")
