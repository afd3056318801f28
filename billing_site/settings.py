"""All settings; values come from the environment and a wrong one stops the start by its name."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from access.oauth import settings as oauth_settings
from billing_site import (
    admin_looks,
    apps_and_middleware,
    brand_settings,
    broker,
    database_settings,
    gocardless_settings,
    invoice_settings,
    logs,
    mail_settings,
    merchant_settings,
    paths,
    payout_settings,
    periodic_tasks,
    rest_settings,
    stripe_settings,
    trace_settings,
)
from billing_site import refund_settings as refunds
from billing_site import settings_addresses as addresses
from billing_site.settings_readers import Environment
from runner import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"
env = Environment(os.environ)

DEBUG = env.read_flag("DEBUG", default=False)
HOST = addresses.read_listening_host(env, "HOST", default="127.0.0.1")
PORT = env.read_integer("PORT", default=8000, minimum=1, maximum=65_535)
BASE_URL = addresses.read_base_url(env, "BASE_URL", default=f"http://127.0.0.1:{PORT}")
HAS_OWN_ADDRESS = bool(env.read_text("BASE_URL") or env.read_text("PORT"))
RUNNING_AT = DATA_DIR / "base_url"  # Where `manage.py run` tells other commands its BASE_URL.
IS_LOCAL = merchant_settings.is_local(BASE_URL, host=HOST)
OVER_TLS = BASE_URL.startswith("https://")
SECRET_KEY = env.read_secret("SECRET_KEY", least=1 if IS_LOCAL else 50) or postgres.local_secret_key()
SECRET_KEY_FALLBACKS = [key for key in env.read_text("SECRET_KEY_FALLBACKS").split(",") if key]
CONSOLE_ORIGINS = addresses.read_framing_origins(env, "CONSOLE_ORIGINS")
ALLOWED_HOSTS = addresses.read_allowed_hosts(
    env, "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
REDIS_URL = addresses.read_redis_url(env, "REDIS_URL")
# Celery warns of a setting that is called BROKER_URL.
MESSAGE_BROKER_URL = addresses.read_broker_url(env, "BROKER_URL")

INSTALLED_APPS, MIDDLEWARE = apps_and_middleware.APPS, apps_and_middleware.MIDDLEWARE
ROOT_URLCONF = "billing_site.urls"
WSGI_APPLICATION = "billing_site.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "checkout.brand.show_brand",
            ],
            "libraries": {"mail_paragraphs": "core.mail_paragraphs"},
        },
    }
]

DEFAULT_CURRENCY = env.read_currency("DEFAULT_CURRENCY", default="USD")
REFUND_APPROVAL_LIMIT = refunds.read_limit(env, default_currency=DEFAULT_CURRENCY)

DATABASE_URL_IS_SET = addresses.read_database_url(env, "DATABASE_URL") is not None
DATABASES = {"default": addresses.read_database_url(env, "DATABASE_URL") or postgres.database()}
# Roles of `manage.py database_role`: the server's, the owner of the tables, and who may make them.
DATABASE_SERVER_ROLE = DATABASES["default"]["USER"] if DATABASE_URL_IS_SET else postgres.SERVER_ROLE
DATABASE_OWNER = addresses.read_database_url(env, "DATABASE_OWNER_URL")
DATABASE_ADMIN = addresses.read_database_url(env, "DATABASE_ADMIN_URL")
DATABASE_POOLER = env.read_choice("DATABASE_POOLER", default="none", choices=database_settings.POOLERS)
# What each session has to bring along: triggers read the limits.
DATABASE_SESSION = database_settings.OF_EVERY_SESSION | refunds.write_parameter(REFUND_APPROVAL_LIMIT)
DATABASES["default"] = database_settings.configure(
    DATABASES["default"], session=DATABASE_SESSION, pooler=DATABASE_POOLER
)
# A standby of the same database: files and reports are read there, unless it is further behind than this.
if (replica := addresses.read_database_url(env, "DATABASE_REPLICA_URL")) is not None:
    DATABASES["replica"] = database_settings.configure_replica(replica)
DATABASE_ROUTERS = ["core.replica.Router"]
REPLICA_LAG_LIMIT = env.read_seconds("REPLICA_LAG_LIMIT", default=2.0, maximum=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# Each in its own words, for who cannot read the others.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("pl", "Polski"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if OVER_TLS else "language"

BRAND = brand_settings.read_brand(env)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "checkout" / "assets"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.read_flag("HASHED_ASSETS", default=False)  # After `manage.py collectstatic`, for production.
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

AUTHENTICATION_BACKENDS = ["access.log_in_backend.LimitedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "access.passwords.NewPassword"},
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "access.hashers.MachineSecretHasher",
]
CSRF_FAILURE_VIEW = "checkout.error_pages.refuse_foreign_form"
LOGIN_URL = "/login/"
# Before which pages staff give a second factor: none, those where money moves, or all.
factor_choices = (["off"] if IS_LOCAL else []) + ["money", "all"]
STAFF_SECOND_FACTOR = env.read_choice(
    "STAFF_SECOND_FACTOR", default=factor_choices[0], choices=factor_choices
)
STAFF_SECOND_FACTOR_MINUTES = env.read_integer(
    "STAFF_SECOND_FACTOR_MINUTES", default=15, minimum=1, maximum=720
)
LOGIN_REDIRECT_URL = "/account/"
SESSION_ENGINE = "access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_NAME = "__Host-session" if OVER_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if OVER_TLS else "csrf"
SECURE_HSTS_SECONDS = 31_536_000 if OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = OVER_TLS
SECURE_SSL_REDIRECT = OVER_TLS
# A probe comes without TLS, and an API call with a token must fail at once instead of being sent twice.
SECURE_REDIRECT_EXEMPT = [f"^({paths.API})"]
# W021: whether browsers preload HSTS is decided for a whole domain, which is not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OVER_TLS else None
SECURE_REFERRER_POLICY = "same-origin"  # With "no-referrer" a form's Origin is "null", which is refused.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{name: [SELF] for name in ("default-src", "script-src", "form-action")},
        **{name: [NONE] for name in ("frame-ancestors", "base-uri", "object-src")},
        "img-src": [SELF, "data:"],
        "style-src": [SELF, "'unsafe-inline'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

mail = mail_settings.read_mail(env, is_local=IS_LOCAL, data_dir=DATA_DIR)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = mail["EMAIL_BACKEND"], mail["EMAIL_HOST"], mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"], mail["TIMEOUT"]
ANYMAIL, MAIL_REPORTS, DEFAULT_FROM_EMAIL = mail["ANYMAIL"], mail["MAIL_REPORTS"], mail["MAIL_FROM"]
MAILS_AT_ONCE, MAIL_KEPT_DAYS = mail["MAILS_AT_ONCE"], mail["MAIL_KEPT_DAYS"]
HAS_MAILBOX, MAILBOX_DIR = mail["HAS_MAILBOX"], mail["MAILBOX_DIR"]
CONSENT_WORDS = "checkout.agreed_words.write_agreement"
STAFF_CONCERNS = "backoffice.overview.list_concerns"

CORS_URLS_REGEX = rf"^/(?!{paths.BILLY})v[123]/"
# A sandboxed frame sends the origin null. None of these paths reads cookies, and credentials are not allowed.
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https?://[^/]+$", r"^null$"]
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "accept", "idempotency-key", "x-requested-with"]
CORS_EXPOSE_HEADERS = ["Link", "Idempotent-Replayed", "X-Request-ID", "Retry-After"]

OAUTH2_PROVIDER_APPLICATION_MODEL = "customers.Application"
OAUTH2_PROVIDER = oauth_settings.provider(issuer=BASE_URL)

TRUSTED_PROXIES = env.read_integer("TRUSTED_PROXIES", default=0, maximum=10)
REST_FRAMEWORK = rest_settings.FRAMEWORK
SPECTACULAR_SETTINGS = rest_settings.DESCRIPTION

CACHES = merchant_settings.caches(redis_url=REDIS_URL)
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = MESSAGE_BROKER_URL or REDIS_URL or broker.FILES
CELERY_BROKER_CONNECTION_TIMEOUT = broker.LONGEST_CONNECT_SECONDS
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(CELERY_BROKER_URL, folder=BROKER_DIR)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TASK_ROUTES = periodic_tasks.ROUTES
CELERY_BEAT_SCHEDULE = periodic_tasks.beat_schedule(env)

# It begins the key of each attempt, at most 120 characters with the charge's id and the attempt's number.
DEPLOYMENT = env.read_match(
    "DEPLOYMENT",
    default="local",
    pattern="[A-Za-z0-9._-]{1,72}",
    allowed="1 to 72 letters, digits, dots, dashes and underscores",
)
stripe = stripe_settings.read_stripe(env)
STRIPE_API_KEY, STRIPE_WEBHOOK_SECRET = stripe["STRIPE_API_KEY"], stripe["STRIPE_WEBHOOK_SECRET"]
STRIPE_API_BASE, STRIPE_CALLS_PER_SECOND = stripe["STRIPE_API_BASE"], stripe["STRIPE_CALLS_PER_SECOND"]
STRIPE_CALLS_PER_ENDPOINT = stripe["STRIPE_CALLS_PER_ENDPOINT"]
gocardless = gocardless_settings.read_gocardless(env)
GOCARDLESS_ACCESS_TOKEN = gocardless["GOCARDLESS_ACCESS_TOKEN"]
GOCARDLESS_WEBHOOK_SECRET = gocardless["GOCARDLESS_WEBHOOK_SECRET"]
GOCARDLESS_API_BASE = gocardless["GOCARDLESS_API_BASE"]
GATEWAYS = {"sandbox": "gateway.sandbox.SandboxGateway"}
GATEWAYS |= stripe_settings.list_stripe(STRIPE_API_KEY)
GATEWAYS |= gocardless_settings.list_gocardless(GOCARDLESS_ACCESS_TOKEN)
LIVE_GATEWAY = env.read_choice("LIVE_GATEWAY", default="sandbox", choices=[*GATEWAYS])
# Of the threads of a web process, half may wait for the processor, a quarter for one caller.
WEB_THREADS = env.read_integer("WEB_THREADS", default=8, minimum=2, maximum=64)
PROCESSOR_CALLS = env.read_integer("PROCESSOR_CALLS", default=WEB_THREADS // 2, minimum=1, maximum=64)
PROCESSOR_CALLS_PER_CALLER = env.read_integer(
    "PROCESSOR_CALLS_PER_CALLER", default=max(1, WEB_THREADS // 4), minimum=1, maximum=64
)
PROCESSOR_CALLS_RATE = env.read_rate("PROCESSOR_CALLS_RATE", default="600/minute")
HOOKS_RATE = env.read_rate("HOOKS_RATE", default="60/minute")
# From so many on in 10 minutes, cards that are tried and not paid with are taken for card testing.
CARDS_PER_CALLER = env.read_integer("CARDS_PER_CALLER", default=20, minimum=1, maximum=1_000_000)
CARDS_PER_ADDRESS = env.read_integer("CARDS_PER_ADDRESS", default=100, minimum=1, maximum=1_000_000)
CARDS_PER_CUSTOMER = env.read_integer("CARDS_PER_CUSTOMER", default=10, minimum=1, maximum=1_000_000)
TRIES_PER_CARD = env.read_integer("TRIES_PER_CARD", default=10, minimum=1, maximum=1_000_000)
UNPAID_CARDS_PERCENT = env.read_integer("UNPAID_CARDS_PERCENT", default=50, minimum=1, maximum=100)
GATEWAY_CALLS_AT_ONCE = env.read_integer("GATEWAY_CALLS_AT_ONCE", default=32, minimum=1, maximum=1000)
SANDBOX_BOOKS = env.read_file("SANDBOX_BOOKS", default=DATA_DIR / "sandbox-processor.sqlite3")
SANDBOX_FEE_BASIS_POINTS = env.read_integer("SANDBOX_FEE_BASIS_POINTS", default=0, minimum=0, maximum=10_000)
SANDBOX_SLOW_SECONDS = env.read_seconds("SANDBOX_SLOW_SECONDS", default=3.0, maximum=600)
SETTLEMENT_LISTENER = "subscriptions.renewal.settle.PeriodPayments"
WEBHOOK_FORMATS = {"text": "dialects.text.webhooks.write_bodies"}
WEBHOOKS_AT_ONCE = env.read_integer("WEBHOOKS_AT_ONCE", default=32, minimum=2, maximum=1000)
DISPUTE_FEE_PAYER = env.read_choice(
    "DISPUTE_FEE_PAYER", default="marketplace", choices=["marketplace", "seller"]
)
RETRY_DAYS = env.read_days("RETRY_DAYS", default=[1, 3, 5, 7], maximum=365)
RETRY_INTERVAL_HOURS = env.read_integer("RETRY_INTERVAL_HOURS", default=24, minimum=1, maximum=8760)
# So many periods after the due one must still be within the calendar.
CATCH_UP_LIMIT = env.read_integer("CATCH_UP_LIMIT", default=3, maximum=1000)
CHARGE_EXPIRES_DAYS = env.read_integer("CHARGE_EXPIRES_DAYS", default=30, minimum=1, maximum=3650)
CURRENCIES = env.read_currencies("CURRENCIES")
ALLOW_DEMO = env.read_flag("ALLOW_DEMO", default=False)

SELLER_SIGN_UP = env.read_choice(
    "SELLER_SIGN_UP", default="open" if IS_LOCAL else "approval", choices=merchant_settings.SIGN_UP
)
COMPANY_CREATION = env.read_choice(
    "COMPANY_CREATION", default="local" if IS_LOCAL else "closed", choices=merchant_settings.CREATION
)
COMPANY_CREATION_RATE = env.read_rate("COMPANY_CREATION_RATE", default="1000/hour")
GRANT_PAYOUTS = env.read_flag("GRANT_PAYOUTS", default=IS_LOCAL)
DAILY_PAYOUT_LIMIT = env.read_integer("DAILY_PAYOUT_LIMIT", default=1_000_000, maximum=10**12 - 1)
payouts = payout_settings.read_payouts(env)
PAYOUT_HOLD_DAYS, PAYOUT_MINIMUM = payouts["PAYOUT_HOLD_DAYS"], payouts["PAYOUT_MINIMUM"]
PAYOUT_NEW_ACCOUNT_DAYS = payouts["PAYOUT_NEW_ACCOUNT_DAYS"]
PAYOUT_PAYER_NAME, PAYOUT_PAYER_IBAN = payouts["PAYOUT_PAYER_NAME"], payouts["PAYOUT_PAYER_IBAN"]
BILLY_SHOW_API_KEYS = env.read_flag("BILLY_SHOW_API_KEYS", default=True)
SHOW_REVISION = env.read_flag("SHOW_REVISION", default=False)
BILLY_MAXIMUM_RETRY = env.read_integer("BILLY_MAXIMUM_RETRY", default=10, maximum=32_767)

INVOICING = invoice_settings.read_invoicing(env, is_local=IS_LOCAL)
METRICS_ALLOWED_IPS = addresses.read_ip_addresses(env, "METRICS_ALLOWED_IPS", default=["127.0.0.1", "::1"])
METRICS_TOKEN = env.read_secret("METRICS_TOKEN", least=16)
# Days that requests at the APIs are kept for; 0 keeps none.
REQUEST_LOG_DAYS = env.read_integer("REQUEST_LOG_DAYS", default=30, maximum=3650)
SENTRY_DSN = addresses.read_error_reports(env, "SENTRY_DSN")
OTEL_EXPORTER_OTLP_ENDPOINT = trace_settings.read_collector(env, "OTEL_EXPORTER_OTLP_ENDPOINT")
OTEL_EXPORTER_OTLP_HEADERS = trace_settings.read_headers(env, "OTEL_EXPORTER_OTLP_HEADERS")
OTEL_TRACES_SAMPLER = trace_settings.read_sampler(env, "OTEL_TRACES_SAMPLER")
OTEL_TRACES_SAMPLER_ARG = trace_settings.read_share(env, "OTEL_TRACES_SAMPLER_ARG")
LOG_LEVEL = env.read_choice("LOG_LEVEL", default="INFO", choices=logs.LEVELS)
LOG_FILE = env.read_optional_file("LOG_FILE")
LOGGING = logs.configure(LOG_LEVEL, LOG_FILE)

UNFOLD = admin_looks.configure(BRAND, static_url=STATIC_URL)
