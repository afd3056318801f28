"""Values of the variables of the environment: wrong ones, right ones, and those that may be secrets."""

FLAGS = ("DEBUG", "HASHED_ASSETS", "ALLOW_DEMO", "GRANT_PAYOUTS", "BILLY_SHOW_API_KEYS", "SHOW_REVISION")
SWEEPS = tuple(
    f"{sweep}_EVERY_SECONDS"
    for sweep in ("RENEW", "COLLECT", "RESOLVE", "ROLL_UP", "END", "DELIVER", "INVOICE", "MAIL")
)
CARDS = ("CARDS_PER_CALLER", "CARDS_PER_ADDRESS", "CARDS_PER_CUSTOMER", "TRIES_PER_CARD")
RANGES = {
    **dict.fromkeys(CARDS, (1, 1_000_000)),
    "UNPAID_CARDS_PERCENT": (1, 100),
    "PORT": (1, 65_535),
    "CHARGE_EXPIRES_DAYS": (1, 3650),
    "RETRY_INTERVAL_HOURS": (1, 8760),
    "CATCH_UP_LIMIT": (0, 1000),
    "GATEWAY_CALLS_AT_ONCE": (1, 1000),
    "WEBHOOKS_AT_ONCE": (2, 1000),
    "MAILS_AT_ONCE": (1, 100),
    "MAIL_KEPT_DAYS": (40, 3650),
    "REQUEST_LOG_DAYS": (0, 3650),
    "WEB_THREADS": (2, 64),
    "PROCESSOR_CALLS": (1, 64),
    "PROCESSOR_CALLS_PER_CALLER": (1, 64),
    **dict.fromkeys(("STRIPE_CALLS_PER_SECOND", "STRIPE_CALLS_PER_ENDPOINT"), (1, 10_000)),
    "TRUSTED_PROXIES": (0, 10),
    "DAILY_PAYOUT_LIMIT": (0, 999_999_999_999),
    "BILLY_MAXIMUM_RETRY": (0, 32_767),
    "SANDBOX_FEE_BASIS_POINTS": (0, 10_000),
    "PAYOUT_HOLD_DAYS": (0, 365),
    "PAYOUT_NEW_ACCOUNT_DAYS": (0, 365),
    "PAYOUT_MINIMUM": (1, 1_000_000),
    "STAFF_SECOND_FACTOR_MINUTES": (1, 720),
}
CHOICES = {
    "DATABASE_POOLER": "one of none, transaction",
    "LIVE_GATEWAY": "one of sandbox",
    "DISPUTE_FEE_PAYER": "one of marketplace, seller",
    "MAIL_PROVIDER": "one of none, brevo, postmark, resend, sparkpost",
    "SELLER_SIGN_UP": "one of open, approval, invitation, closed",
    "COMPANY_CREATION": "one of open, local, invitation, closed",
    "STAFF_SECOND_FACTOR": "one of off, money, all",
    "OTEL_TRACES_SAMPLER": "one of always_on, always_off, traceidratio",
    "LOG_LEVEL": "one of DEBUG, INFO, WARNING, ERROR, CRITICAL",
}
FLAG = "true or false (or yes, no, on, off, 1, 0)"
CURRENCIES = "a list of ISO 4217 codes of currencies with 0, 2 or 3 decimals, with commas between"
CURRENCY = "the ISO 4217 code of a currency with 0, 2 or 3 decimals, such as USD"
DAYS = "ascending whole numbers from 1 to 365, with commas between, or none"
ORIGIN = "http:// or https:// and a host with nothing behind it, such as https://billing.example"
HOSTS = "host names or IP addresses without scheme and port (.example for all below, * for all)"
CONSOLES = "origins such as https://console.example, http:// on this machine only, with commas between"
ADDRESSES = "none, or IP addresses (not networks), with commas between"
DAY = "a day such as 2027-01-31, where an issuer is named"
PAGE = "the address of a page, beginning with https://"
PAGES = (
    "terms",
    "http://m.example/terms",
    "javascript:alert(1)",
    "https://m.example/a b",
    "https://u@m.example",
)
WRONG = [
    ("BRAND_NAME", "x" * 61, "a text of at most 60 characters that can be shown"),
    *(
        ("BRAND_COLOR", colour, "a colour such as #0a5c52")
        for colour in ("teal", "#fff", "#ffcc00", "0a5c52")
    ),
    *(
        ("BRAND_LOGO", path, "the absolute path of a PNG")
        for path in ("logo.png", "/nowhere/logo.png", "/tmp")
    ),
    *((name, url, PAGE) for name in ("TERMS_URL", "PRIVACY_URL") for url in PAGES),
    *(("SUPPORT_ADDRESS", word, f"an e-mail address, or {PAGE}") for word in ("help", "a@b", *PAGES)),
    *(("INVOICES_SINCE", day, DAY) for day in ("soon", "2027-02-30", "31.1.2027", "20270131")),
    ("ISSUER_NAME", "x" * 256, "a text of at most 255 characters that can be shown"),
    *(
        (f"ISSUER_{name}", "x" * (most + 1), f"a text of at most {most} characters that can be shown")
        for name, most in (("STREET", 128), ("POSTAL_CODE", 15), ("CITY", 50), ("BANK", 128))
    ),
    *(("ISSUER_COUNTRY", name, "a country of ISO 3166, such as DE") for name in ("Germany", "de", "EU")),
    *(("ISSUER_VAT_NUMBER", number, "a VAT number of ISSUER_COUNTRY") for number in ("DE1", "DE136695976")),
    *(
        ("INVOICE_FONT", path, "the path of a TrueType file, beginning with /")
        for path in ("font.ttf", "/tmp", "/nowhere/font.ttf")
    ),
    ("MAIL_FROM", "a b@c.example", "an e-mail address"),
    *((name, value, FLAG) for name in FLAGS for value in ("maybe", "2")),
    *(
        (name, value, f"a whole number from {least} to {most}")
        for name, (least, most) in RANGES.items()
        for value in ("many", "-1", "1.5", "1_0", "0x1", "1e3", "٣", str(most + 1), "9" * 30)
    ),
    *((name, str(least - 1), "a whole number") for name, (least, _) in RANGES.items()),
    *(
        (name, value, "a number of seconds from 0.1 to 3600")
        for name in SWEEPS
        for value in ("0", "-1", "0.01", "3601", "nan", "inf", "1e3", "soon")
    ),
    *(("REPLICA_LAG_LIMIT", value, "a number of seconds from 0 to 60") for value in ("-1", "61", "soon")),
    *(("SANDBOX_SLOW_SECONDS", value, "a number of seconds from 0 to 600") for value in ("-1", "601", "nan")),
    *((name, value, allowed) for name, allowed in CHOICES.items() for value in ("other", "Open", "info")),
    *(
        ("DEFAULT_CURRENCY", code, CURRENCY)
        for code in ("usd", "US", "USDX", "EURO", "$", "XXX", "XTS", "XAU", "CLF", "UYW", "HRK", "USD|EUR")
    ),
    *(("CURRENCIES", codes, CURRENCIES) for codes in ("usd", "EUR,XXX", "EUR;JPY", "EUR,,JPY", "any")),
    *(
        ("REFUND_APPROVAL_LIMIT", limit, "none, or currencies with amounts such as USD:50000,JPY:75000")
        for limit in (
            "500",
            "USD",
            "USD:-1",
            "USD:1.5",
            "usd:1",
            "XXX:1",
            "USD:1,USD:2",
            "USD:1,",
            "USD:" + "9" * 13,
        )
    ),
    *(
        ("RETRY_DAYS", days, DAYS)
        for days in ("0", "3,1", "1,1", "1,,3", "1;3", "-1", "1,366", "soon", "1.5")
    ),
    *(
        (name, url, ORIGIN)
        for name in ("BASE_URL", "GOCARDLESS_API_BASE")
        for url in (
            "billing.example",
            "ftp://billing.example",
            "https://",
            "https://billing.example/path",
            "https://billing.example/?a=b",
            "https://billing.example/#a",
            "https://billing.example:99999",
            "https://billing.example:0",
            "https://billing.example:http",
            "https://my_server",
            "https://a..b",
            "https://[::1",
            "//billing.example",
        )
    ),
    *(("STRIPE_API_BASE", url, ORIGIN) for url in ("api.example", "https://api.example/v1", "https://")),
    *(
        ("CONSOLE_ORIGINS", value, CONSOLES)
        for value in (
            "console.example",
            "https://console.example/path",
            "https://*.example",
            "*",
            "'self'",
            "https://console.example;script-src *",
            "http://console.example",
            "https://[::1]",
            "https://user@console.example",
            "https://a.example,",
        )
    ),
    *(
        ("HOST", value, "a host name or an IP address")
        for value in ("http://x", "a b", "127.0.0.1:80", "[::1]")
    ),
    *(
        ("ALLOWED_HOSTS", value, HOSTS)
        for value in (
            "https://a.example",
            "a.example:80",
            "a.example,",
            "*.example",
            "::1",
            "[::1",
            "[a]",
            "a b",
        )
    ),
    *(
        ("METRICS_ALLOWED_IPS", value, ADDRESSES)
        for value in ("localhost", "10.0.0.0/8", "1.2.3", "1.2.3.4,none", "[::1]")
    ),
    *(
        ("PAYOUT_PAYER_IBAN", value, "an IBAN whose country, length and check digits fit")
        for value in ("DE89370400440532013001", "DE863704004405320130", "DE", "iban", "1" * 40)
    ),
    ("PAYOUT_PAYER_NAME", "x" * 71, "at most 70 characters long"),
    ("DEPLOYMENT", "a b", "1 to 72 letters, digits, dots, dashes and underscores"),
    *(
        (name, value, "a number, a slash and second, minute, hour or day, such as 10/hour")
        for name in ("COMPANY_CREATION_RATE", "HOOKS_RATE", "PROCESSOR_CALLS_RATE")
        for value in ("10", "0/hour", "10/h", "10 per hour", "many/hour")
    ),
    *(
        (name, value, "the path of a file, beginning with /")
        for name in ("SANDBOX_BOOKS", "LOG_FILE")
        for value in ("books.sqlite3", "/tmp")
    ),
    *(
        ("OTEL_TRACES_SAMPLER_ARG", share, "a number from 0 to 1, such as 0.1")
        for share in ("-1", "1.1", "10%", "nan", "1e-1", ".5")
    ),
    ("LOG_FILE", "/no/such/folder/web.log", "the path of a file in a folder that exists"),
]
SECRETS = [
    ("DATABASE_URL", "mysql://user:hunter2@db.example/billing"),
    ("DATABASE_URL", "postgres://user:hunter2@db.example"),
    ("DATABASE_URL", "postgres://user:hunter2@db.example:port/billing"),
    ("DATABASE_URL", "postgres://user:hunter2/3@db.example/billing"),
    ("DATABASE_URL", "postgres://user:1/hunter2@db.example/billing"),
    *((f"DATABASE_{name}", "hunter2") for name in ("URL", "OWNER_URL", "ADMIN_URL", "REPLICA_URL")),
    *(("METRICS_TOKEN", "hunter2"), ("EMAIL_URL", "https://user:hunter2@mail.example")),
    *(("MAIL_PROVIDER_KEY", "hunter2"), ("MAIL_EVENTS_SECRET", "hunter2")),
    *((name, "hunter2") for name in ("GOCARDLESS_ACCESS_TOKEN", "GOCARDLESS_WEBHOOK_SECRET")),
    *(("STRIPE_API_KEY", "hunter2"), ("STRIPE_WEBHOOK_SECRET", "hunter2")),
    ("REDIS_URL", "http://:hunter2@redis.example"),
    ("REDIS_URL", "redis://:hunter2@redis.example:port/0"),
    ("REDIS_URL", "redis://:hunter2@redis.example/first"),
    ("REDIS_URL", "redis:hunter2"),
    *(
        ("SENTRY_DSN", url)
        for url in ("hunter2", "https://hunter2.example/1", "ftp://hunter2@sentry.example/1")
    ),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://user:hunter2@collector.example"),
    *(
        ("OTEL_EXPORTER_OTLP_HEADERS", value)
        for value in ("hunter2", "a=b,hunter2", "a key=hunter2", "=hunter2", "key=hunter2%0a", "key=hunter2é")
    ),
    ("BROKER_URL", "http://:hunter2@rabbit.example"),
    ("BROKER_URL", "amqp://billing:hunter2@rabbit.example:port/billing"),
    ("BROKER_URL", "amqp://billing:hunter2/3@rabbit.example/billing"),
    ("BROKER_URL", "redis://:hunter2@redis.example/first"),
    ("BASE_URL", "https://user:hunter2@billing.example"),
    ("SECRET_KEY", "hunter2"),
    ("SECRET_KEY", "hush" * 20),
]
RIGHT = [
    ("DEBUG", "Yes", "DEBUG", True),
    ("ALLOW_DEMO", "off", "ALLOW_DEMO", False),
    ("GRANT_PAYOUTS", "0", "GRANT_PAYOUTS", False),
    ("PORT", " 65535 ", "PORT", 65_535),
    ("PORT", "8080", "BASE_URL", "http://127.0.0.1:8080"),
    ("HOST", "::", "HOST", "::"),
    ("HOST", "x86_64-conda-linux-gnu", "HOST", "x86_64-conda-linux-gnu"),
    ("BASE_URL", "HTTPS://Billing.Example/", "BASE_URL", "https://billing.example"),
    ("BASE_URL", "https://billing.example:443", "BASE_URL", "https://billing.example"),
    ("BASE_URL", "http://[::1]:8000", "BASE_URL", "http://[::1]:8000"),
    (
        "CONSOLE_ORIGINS",
        "https://Console.Example:443/, http://localhost:8842",
        "CONSOLE_ORIGINS",
        ["https://console.example", "http://localhost:8842"],
    ),
    (
        "ALLOWED_HOSTS",
        "a.example, .b.example,[::1],10.0.0.1",
        "ALLOWED_HOSTS",
        ["a.example", ".b.example", "[::1]", "10.0.0.1"],
    ),
    ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS", ["*"]),
    ("METRICS_ALLOWED_IPS", "10.0.0.1,0:0::1", "METRICS_ALLOWED_IPS", ["10.0.0.1", "::1"]),
    ("METRICS_ALLOWED_IPS", "none", "METRICS_ALLOWED_IPS", []),
    ("RETRY_DAYS", "1, 2,365", "RETRY_DAYS", [1, 2, 365]),
    ("RETRY_DAYS", "none", "RETRY_DAYS", []),
    ("REFUND_APPROVAL_LIMIT", "USD:0, JPY:75000", "REFUND_APPROVAL_LIMIT", {"USD": 0, "JPY": 75_000}),
    ("REFUND_APPROVAL_LIMIT", "none", "REFUND_APPROVAL_LIMIT", {}),
    ("DEFAULT_CURRENCY", "JPY", "DEFAULT_CURRENCY", "JPY"),
    ("DEFAULT_CURRENCY", "KWD", "DEFAULT_CURRENCY", "KWD"),
    ("CURRENCIES", "EUR, JPY,KWD", "CURRENCIES", ["EUR", "JPY", "KWD"]),
    ("REDIS_URL", "rediss://:a%40b@redis_1:6379/1", "CELERY_BROKER_URL", "rediss://:a%40b@redis_1:6379/1"),
    ("BROKER_URL", "amqps://u:a%40b@rabbit/%2F", "CELERY_BROKER_URL", "amqps://u:a%40b@rabbit/%2F"),
    ("BROKER_URL", "redis://redis_1/2", "CELERY_BROKER_URL", "redis://redis_1/2"),
    ("SENTRY_DSN", "https://key@sentry.example/7", "SENTRY_DSN", "https://key@sentry.example/7"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", " ", "OTEL_EXPORTER_OTLP_ENDPOINT", ""),
    ("OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER", "traceidratio"),
    ("OTEL_TRACES_SAMPLER_ARG", "0.25", "OTEL_TRACES_SAMPLER_ARG", 0.25),
    ("OTEL_EXPORTER_OTLP_HEADERS", "a=b=c,", "OTEL_EXPORTER_OTLP_HEADERS", {"a": "b=c"}),
    ("SANDBOX_SLOW_SECONDS", "0.5", "SANDBOX_SLOW_SECONDS", 0.5),
    ("SECRET_KEY", "short-and-local", "SECRET_KEY", "short-and-local"),
    ("SECRET_KEY_FALLBACKS", "old,older", "SECRET_KEY_FALLBACKS", ["old", "older"]),
    ("DEPLOYMENT", "eu-1_b.c", "DEPLOYMENT", "eu-1_b.c"),
    ("PAYOUT_PAYER_NAME", "Marketplace Ltd", "PAYOUT_PAYER_NAME", "Marketplace Ltd"),
]
