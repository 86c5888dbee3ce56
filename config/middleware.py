"""The middleware of a request, in its order."""

from typing import Final

# The only middleware of requests below API_PREFIXES (`config.wsgi`).
API_MIDDLEWARE: Final = [
    "tenants.routing.TenantHostMiddleware",
    # Before the APIs: it adds CORS headers to their answers.
    "config.cors.CorsForBrowsers",
    "api_v1.middleware.ApiMiddleware",
]
API_PREFIXES: Final = ["/v1", "/api"]
MIDDLEWARE: Final = [
    "config.pages.RequestIdMiddleware",
    "config.health.HealthMiddleware",
    *API_MIDDLEWARE,
    # The two APIs end above; what follows is for pages: the consoles, and those behind links in mail.
    "config.pages.PagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Ends on the hosts of tenants; what follows is for operators.
    "api_v1.console.middleware.ConsoleMiddleware",
    "config.pages.AdminHostMiddleware",
    "tenants.routing.PublicScopeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
