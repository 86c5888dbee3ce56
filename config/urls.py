"""The URL patterns outside the two APIs."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from api_v1.account_pages.confirm import confirm_email
from api_v1.account_pages.invitation import answer_invitation
from api_v1.account_pages.join import make_account
from api_v1.account_pages.reset import choose_password
from api_v1.inbound_webhooks.views import receive_webhook

# Django calls these views for exceptions that no page handled.
handler400 = "config.failed_pages.answer_unreadable"
handler404 = "config.failed_pages.answer_not_found"
handler500 = "config.failed_pages.answer_failure"

urlpatterns = [
    # A browser that opens the bare host gets the documentation.
    path("", RedirectView.as_view(url="/v1/docs")),
    path("confirm-email/<slug:slug>", confirm_email, name="confirm-email"),
    path("reset-password", choose_password, name="reset-password"),
    path("inbound/<path:service>", receive_webhook, name="inbound"),
    path("join", make_account, name="join"),
    path("invitation", answer_invitation, name="invitation"),
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(url="/admin/")),
]
