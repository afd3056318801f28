"""All settings; values come from the environment and a wrong one stops the start by its name."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from access.oauth import settings
from billing_site import logs, merchant_settings, paths, queues, rest_settings
from runner import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", default="") or postgres.local_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
OVER_TLS = BASE_URL.startswith("https://")
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "backoffice.apps.BillingAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "csp",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "pgtrigger",
    "rest_framework",
    "billing_site",
    "access",
    "customers",
    "ledger",
    "charges",
    "subscriptions",
    "checkout",
    "backoffice",
    "operations",
    "runner",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "billing_site.middleware.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "billing_site.middleware.refuse_unreadable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

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
            ]
        },
    }
]

DATABASES = {"default": env.db_url_config(DATABASE_URL) if DATABASE_URL else postgres.database()}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "OPTIONS": {"prepare_threshold": 5} | DATABASES["default"].get("OPTIONS", {}),
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "checkout" / "assets"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("HASHED_ASSETS", default=False)  # After `manage.py collectstatic`, for production.
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "access.hashers.MachineSecretHasher",
]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "checkout.error_pages.refuse_locked_out"
CSRF_FAILURE_VIEW = "checkout.error_pages.refuse_foreign_form"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/account/"
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
        **{name: [NONE] for name in ("frame-ancestors", "base-uri")},
        "img-src": [SELF, "data:"],
        "style-src": [SELF, "'unsafe-inline'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

CORS_URLS_REGEX = rf"^/(?!{paths.BILLY})v[123]/"
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https?://[^/]+$"]
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "OPTIONS"]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "accept", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Link", "Idempotent-Replayed", "X-Request-ID", "Retry-After"]

OAUTH2_PROVIDER_APPLICATION_MODEL = "customers.Application"
OAUTH2_PROVIDER = settings.provider(issuer=BASE_URL)

REST_FRAMEWORK = rest_settings.FRAMEWORK | {
    "NUM_PROXIES": merchant_settings.read_number(env, "TRUSTED_PROXIES", default=0, maximum=10)
}
SPECTACULAR_SETTINGS = rest_settings.DESCRIPTION

CACHES = merchant_settings.caches(redis_url=REDIS_URL, folder=DATA_DIR / "cache")
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS = queues.transport_options(redis=bool(REDIS_URL), folder=BROKER_DIR)
CELERY_BEAT_SCHEDULE = queues.beat_schedule(env)

DEPLOYMENT = env.str("DEPLOYMENT", default="local")
LIVE_GATEWAY = env.str("LIVE_GATEWAY", default="sandbox")
GATEWAYS = {"sandbox": "gateway.sandbox.SandboxGateway"}
SANDBOX_BOOKS = env.str("SANDBOX_BOOKS", default=str(DATA_DIR / "sandbox-processor.sqlite3"))
GATEWAY_CALLS_AT_ONCE = env.int("GATEWAY_CALLS_AT_ONCE", default=32)
RETRY_DAYS = env.list("RETRY_DAYS", cast=int, default=[1, 3, 5, 7])
RETRY_INTERVAL_HOURS = env.int("RETRY_INTERVAL_HOURS", default=24)
CATCH_UP_LIMIT = env.int("CATCH_UP_LIMIT", default=3)
SETTLEMENT_LISTENER = "subscriptions.renewal.settle.PeriodPayments"
CHARGE_EXPIRES_DAYS = env.int("CHARGE_EXPIRES_DAYS", default=30)
SANDBOX_SLOW_SECONDS = env.float("SANDBOX_SLOW_SECONDS", default=3.0)
DEFAULT_CURRENCY = env.str("DEFAULT_CURRENCY", default="USD")
ALLOW_DEMO = env.bool("ALLOW_DEMO", default=False)

IS_LOCAL = merchant_settings.is_local(BASE_URL)
COMPANY_CREATION = merchant_settings.read_choice(
    env,
    "COMPANY_CREATION",
    default="open" if IS_LOCAL else "closed",
    choices=merchant_settings.CREATION,
)
COMPANY_CREATION_RATE = merchant_settings.read_rate(env, "COMPANY_CREATION_RATE", default="1000/hour")
GRANT_PAYOUTS = env.bool("GRANT_PAYOUTS", default=IS_LOCAL)
DAILY_PAYOUT_LIMIT = merchant_settings.read_number(
    env, "DAILY_PAYOUT_LIMIT", default=1_000_000, maximum=10**15
)
BILLY_SHOW_API_KEYS = env.bool("BILLY_SHOW_API_KEYS", default=True)
BILLY_MAXIMUM_RETRY = merchant_settings.read_number(env, "BILLY_MAXIMUM_RETRY", default=10, maximum=32_767)

METRICS_ALLOWED_IPS = env.list("METRICS_ALLOWED_IPS", default=["127.0.0.1", "::1"])
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logs.configure(LOG_LEVEL)

UNFOLD = {
    "SITE_TITLE": "Billing back office",
    "SITE_HEADER": "Billing",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}mark.svg"}],
}
