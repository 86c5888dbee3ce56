"""Django's settings. Every value of the environment comes in through ``config.env``."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from config import applications, cors_headers, middleware, oauth
from config.database import database_settings
from config.demo.record import demo_slug
from config.env import (
    CHECKOUT,
    base_url,
    choice,
    data_directory,
    env,
    header_names,
    host_name,
    host_names,
    networks,
    number,
    origins,
    port,
    secret,
    secret_key,
)
from config.inbound import MAX_WEBHOOK_BYTES, mail_services, webhook_settings
from config.logs import LOG_FORMATS, logging_settings
from config.mail import mail_settings
from config.storage import storages
from core.recruiting.limits import MAX_ATTACHMENT_BYTES
from tenants.database.embedded.server import Embedded

BASE_DIR = CHECKOUT
HAPPO_DATA_DIR: Path = data_directory()
PORT = port()
HOST = env.str("HAPPO_HOST", "127.0.0.1")
# Where the web server answers health checks from threads of their own; 0 for nowhere.
HEALTH_PORT = number("HEALTH_PORT", 0, least=0, most=65535)
WEB_PROCESSES = number("WEB_PROCESSES", 2, least=1, most=256)
# Threads share the interpreter: more of them serve more slow requests at once, and quick ones more slowly.
WEB_THREADS = number("WEB_THREADS", 4, least=1, most=256)
# Seconds after which the web server ends an idle thread, which closes its database connection.
WEB_THREAD_IDLE_SECONDS = number("WEB_THREAD_IDLE_SECONDS", 30, least=5, most=3600)
DEBUG = env.bool("DEBUG", False)

# --- database -------------------------------------------------------------------------------------------------
DATABASE_URL = secret("DATABASE_URL")
DATABASE_OWNER_URL = secret("DATABASE_OWNER_URL")
PRODUCTION = bool(DATABASE_URL)
EMBEDDED_POSTGRES = None if PRODUCTION else Embedded(HAPPO_DATA_DIR)

SECRET_KEY = secret_key(HAPPO_DATA_DIR, production=PRODUCTION)
# Earlier keys: signatures and ciphertexts made with them are still accepted.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])


DATABASES = {
    "default": database_settings(EMBEDDED_POSTGRES.app_url if EMBEDDED_POSTGRES else DATABASE_URL)
}
_owner_url = EMBEDDED_POSTGRES.owner_url if EMBEDDED_POSTGRES else DATABASE_OWNER_URL
OWNER_DATABASE = database_settings(_owner_url) if _owner_url else None

DATABASE_ROUTERS = ["tenants.database.router.TenantRouter"]
TENANT_SYNC_ROUTER = DATABASE_ROUTERS[0]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- applications ---------------------------------------------------------------------------------------------
SHARED_APPS = applications.SHARED_APPS
TENANT_APPS = applications.TENANT_APPS
INSTALLED_APPS = applications.INSTALLED_APPS
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
AUTH_USER_MODEL = "accounts.User"
PUBLIC_SCHEMA_NAME = "public"
# By name, since lower layers can't import it: commands list the versions that a key may be pinned to.
API_TIMELINE = "api_v1.versions.TIMELINE"
TENANT_LIMIT_SET_CALLS = True

API_MIDDLEWARE = middleware.API_MIDDLEWARE
API_PREFIXES = middleware.API_PREFIXES
MIDDLEWARE = middleware.MIDDLEWARE
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
# A new tenant's host is `<slug>.<BASE_DOMAIN>`. The tenants of `localhost` can be reached on this machine only.
BASE_DOMAIN = host_name("BASE_DOMAIN", "localhost")
# Where clients reach this installation; without it links are made for the host of the request.
PUBLIC_URL = base_url("PUBLIC_URL")
_public_host = urlsplit(PUBLIC_URL).hostname
# Where the operators' console answers; empty means on the names of ALLOWED_HOSTS, without its wildcards.
ADMIN_HOSTS = host_names("ADMIN_HOSTS", [], wildcards=False)
ALLOWED_HOSTS = [
    *host_names(
        "ALLOWED_HOSTS",
        ["localhost", ".localhost", "127.0.0.1", "[::1]", BASE_DOMAIN],
        wildcards=True,
    ),
    *([_public_host] if _public_host else []),
    *ADMIN_HOSTS,
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
# The number of the operator's own proxies that write X-Forwarded-For and X-Forwarded-Proto. Without one, any client
# could set those headers.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, least=0, most=10)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Operators' sessions need TLS; `HTTPS=false` is for a server that only its operator can reach.
HTTPS = env.bool("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# Browsers send a cookie with this prefix to no other host, and accept it from none.
_COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}happo-operator"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}happo-csrf"
CSRF_FAILURE_VIEW = "config.failed_pages.answer_without_token"
MESSAGE_STORAGE = "tenants.console.flashes.FlashStorage"
SESSION_ENGINE = "tenants.operators.session_store"
# They end 12 hours after their last request, which the database knows, or with the browser.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Of links with which operators choose a password.
PASSWORD_RESET_TIMEOUT = 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# HSTS must not cover subdomains: other organisations may run hosts below this one.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- web clients on other hosts (CORS) ------------------------------------------------------------------------
CORS_ALLOWED_ORIGINS: list[str] = origins("CORS_ORIGINS")
CORS_URLS_REGEX = rf"^({'|'.join(API_PREFIXES)})/"
CORS_ALLOW_HEADERS = [*cors_headers.REQUEST_HEADERS, *header_names("CORS_ALLOW_HEADERS")]
CORS_EXPOSE_HEADERS = cors_headers.RESPONSE_HEADERS

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
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

# --- users ----------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["core.accounts.password_hashing.LimitedArgon2Hasher"]
# A hash takes 100 MB and all that a core has. So a process computes no more at once than its share of the cores, and
# hashes that run or wait keep at most half of its threads from other requests.
PASSWORD_HASHES_AT_ONCE = number(
    "PASSWORD_HASHES_AT_ONCE",
    max(1, (os.cpu_count() or 1) // WEB_PROCESSES),
    least=1,
    most=64,
)
PASSWORD_HASHES_WAITING = max(1, WEB_THREADS // 2 - PASSWORD_HASHES_AT_ONCE)
# For operators; users of tenants log in by `core.accounts.logins`.
AUTHENTICATION_BACKENDS = ["tenants.operators.logins.OperatorBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# --- OAuth ------------------------------------------------------------------------------------------------------
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth.Client"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth.AccessToken"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "oauth.RefreshToken"
OAUTH2_PROVIDER_GRANT_MODEL = OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "oauth.NoGrant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "oauth.NoIdToken"
MIGRATION_MODULES = {"oauth2_provider": None}
OAUTH2_PROVIDER = oauth.TOOLKIT
AUDIT_RETENTION_DAYS = number("AUDIT_RETENTION_DAYS", 400, least=30, most=36_500)
# Empty means none; unset means the demo tenant, if `make run` created one.
HAPPO_DEFAULT_TENANT = env.str("HAPPO_DEFAULT_TENANT", demo_slug(HAPPO_DATA_DIR))
# Requests per second and burst size of a credential for which no limits are set.
RATE_LIMIT_PER_SECOND = number("RATE_LIMIT_PER_SECOND", 100, least=1, most=10**9)
RATE_LIMIT_BURST = number("RATE_LIMIT_BURST", 1000, least=1, most=10**9)
# The same of an IP address, for requests without a valid credential, and of one OAuth client there that logs users in.
ANONYMOUS_RATE_PER_SECOND = number("ANONYMOUS_RATE_PER_SECOND", 100, least=1, most=10**9)
ANONYMOUS_RATE_BURST = number("ANONYMOUS_RATE_BURST", 1000, least=1, most=10**9)
CLIENT_RATE_PER_SECOND = number("CLIENT_RATE_PER_SECOND", 20, least=1, most=10**9)
CLIENT_RATE_BURST = number("CLIENT_RATE_BURST", 200, least=1, most=10**9)

# --- time, language, files ------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
STATIC_URL = "/static/"
STATIC_ROOT = HAPPO_DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True

MEDIA_ROOT = HAPPO_DATA_DIR / "files"
STORAGES = storages(secret("STORAGE_URL"))
# The API handler rejects larger uploads, so that all are held in memory: a crash leaves no temporary file behind.
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_ATTACHMENT_BYTES + 1024 * 1024

# --- mail and external services ---------------------------------------------------------------------------------
MAIL_DIRECTORY = HAPPO_DATA_DIR / "mail"
_mail = mail_settings(secret("EMAIL_URL"), directory=MAIL_DIRECTORY)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = _mail["EMAIL_TIMEOUT"]
DEFAULT_FROM_EMAIL = _mail["DEFAULT_FROM_EMAIL"]
SERVER_EMAIL = _mail["SERVER_EMAIL"]
# The domain of users' forwarding addresses, for which the mail server in front passes mail on; "" for none.
INBOUND_DOMAIN = host_name("INBOUND_DOMAIN", "")
# Where `manage.py inbound` listens, on loopback: that mail server's next hop.
INBOUND_PORT = number("INBOUND_PORT", 8024, least=1, most=65535)
# The name under which that mail server writes `Authentication-Results`.
INBOUND_AUTHSERV_ID = host_name("INBOUND_AUTHSERV_ID", "")
# Mail services that pass mail on by webhooks (`api_v1.inbound_webhooks`), and how their requests are recognised.
INBOUND_WEBHOOKS = mail_services("INBOUND_WEBHOOKS")
ANYMAIL = webhook_settings(INBOUND_WEBHOOKS)
if INBOUND_WEBHOOKS:
    # A form with a mail; `config.pages` holds all other requests to Django's limit.
    DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_WEBHOOK_BYTES
GOOGLE_API_BASE = base_url("GOOGLE_API_BASE")
LINKEDIN_API_BASE = base_url("LINKEDIN_API_BASE")
MICROSOFT_API_BASE = base_url("MICROSOFT_API_BASE")
# Where IMAP servers may be although the network is private, such as a company's own.
IMAP_ALLOWED_NETWORKS = networks("IMAP_ALLOWED_NETWORKS")
# The same for the OpenID Connect issuers that tenants' settings name.
OIDC_ALLOWED_NETWORKS = networks("OIDC_ALLOWED_NETWORKS")
# Plugins that are not even imported, by name; operators switch the others per tenant (`manage.py plugin`).
PLUGINS_OFF: list[str] = env.list("PLUGINS_OFF", [])

# --- log ------------------------------------------------------------------------------------------------------
LOG_FORMAT = choice("LOG_FORMAT", LOG_FORMATS)
LOGGING = logging_settings(LOG_FORMAT, debug=DEBUG)
