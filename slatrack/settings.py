"""Settings, all from the environment; README.md has the table. Composition only, no domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or ("insecure-local-demo-key" if DEBUG or DEMO else "")
BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
PORT = env.int("PORT", default=8000)
PUBLIC_SCHEME = env.str("PUBLIC_SCHEME", default="http" if BASE_DOMAIN == "localhost" else "https")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

# Tenants bring their own domains, kept in the database; TenantMiddleware answers 404 for any other host.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "slatrack.apps.SlatrackConfig",
    "reports",
    "statuspage",
    "tickets",
    "incidents",
    "agreements",
    "notifications",
    "tenants",
    "shell",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "slatrack.apps.StaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "slatrack.middleware.ContentSecurityPolicyMiddleware",
    "slatrack.middleware.ReadableRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "slatrack.health.HealthMiddleware",
    "statuspage.middleware.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tenants.middleware.TenantMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "slatrack.middleware.NotAllowedPageMiddleware",
]

ROOT_URLCONF = "slatrack.urls"
WSGI_APPLICATION = "slatrack.wsgi.application"

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
                "slatrack.context.shell",
            ],
            "builtins": ["shell.templatetags.ui", "shell.templatetags.places", "django.templatetags.static"],
        },
    },
]

# The application connects as a role that owns nothing and cannot bypass row-level security; `migrate` uses the owner.
APP_ROLE = "slatrack_app"
SWEEPER_ROLE = "slatrack_sweeper"


def _database(url_name: str, *, default: str, role: str | None) -> dict[str, Any]:
    config: dict[str, Any] = dict(env.db_url(url_name, default=default))
    config["ENGINE"] = "tenants.postgresql"
    config["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    config["CONN_HEALTH_CHECKS"] = True
    # A transaction pooler in front cannot keep a server-side cursor between transactions.
    config["DISABLE_SERVER_SIDE_CURSORS"] = True
    if role and config.get("USER") != role:
        config.setdefault("OPTIONS", {})["options"] = f"-c role={role}"
    return config


_DEFAULT_DATABASE_URL = "postgres://slatrack_app@localhost:5432/slatrack"
DATABASES = {
    "default": _database("DATABASE_URL", default=_DEFAULT_DATABASE_URL, role=APP_ROLE),
    "owner": _database("DATABASE_OWNER_URL", default=env.str("DATABASE_URL", default=_DEFAULT_DATABASE_URL), role=None),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# An e-mail address is unique within its tenant, and row-level security shows a host only its own tenant's users.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Nobody can make us write to an address that has no account here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "tenants.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_SCHEME == "https"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PUBLIC_SCHEME == "https" else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "slatrack.pages.page_too_old"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    # Attempts to sign in are counted by address; without this all the world would have the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- language, time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- status page ------------------------------------------------------------------------------------------------------
# How long a web process gives the same public page to everybody before one reader makes it anew; 0: each has a new one.
PUBLIC_PAGE_SECONDS = env.float("PUBLIC_PAGE_SECONDS", default=2.0)

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "slatrack.staticfiles.VendorFinder",
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "slatrack.staticfiles.StaticFilesStorage"},
}
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=20_000_000)
ATTACHMENTS_PER_MESSAGE = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A section of a large agreement is one form: a table of targets has five fields a cell.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- mail: everything sent through Django's mail API becomes an outbox row; the delivery task sends it by EMAIL_URL ---
EMAIL_BACKEND = "notifications.backends.OutboxBackend"
_mail = env.email_url("EMAIL_URL", default="consolemail://")
DELIVERY_EMAIL_BACKEND = (
    "notifications.backends.DemoMailboxBackend"
    if DEMO and not env.str("EMAIL_URL", default="")
    else _mail["EMAIL_BACKEND"]
)
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"support@{BASE_DOMAIN}")

# --- webhooks and chat: whether they may go to private addresses, where tenants could otherwise look around -----------
EGRESS_PRIVATE_NETWORKS = env.bool("EGRESS_PRIVATE_NETWORKS", default=DEMO)

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenants.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shell.api.parsers.ReadableJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "slatrack.problems.problem_details",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="600/min")},
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "slatrack API",
    "DESCRIPTION": "Tickets, their promises and their clocks. Instants are UTC (RFC 3339), durations are seconds.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "TicketStatus": "tickets.models.Ticket.Status",
        "ClockState": "clocks.verdict.STATES",
        "ClockKind": "clocks.models.StoredClock.Kind",
        "IncidentStatus": "incidents.models.Incident.Status",
        "IncidentEventKind": "incidents.models.kinds.Kind",
        "ContestOutcome": "tickets.models.PauseContest.Outcome",
        "VersionState": "agreements.models.VERSION_STATES",
        "MaintenanceStatus": "incidents.models.Maintenance.Status",
        "MaintenanceKind": "incidents.models.Maintenance.Kind",
        "NewsKind": "statuspage.models.NewsPost.Kind",
        "WhatIfState": "tickets.models.WhatIf.State",
        "WhatIfOutcome": "tickets.models.WhatIfTicket.Outcome",
        "WhatIfVerdict": "tickets.models.whatif.VERDICTS",
    },
}

# --- background work --------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Refused requests are answered, not failures: without this each 403 and 404 is a warning, some with a traceback.
    "loggers": {
        "django.request": {"level": "ERROR"},
        # Both write down addresses, which hold the keys to people's channels.
        "apprise": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        "urllib3": {"level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
