"""The page behind an operator's link: it chooses a password."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from core.audit import acting_as
from core.errors import DomainError, Invalid
from tenants.audit.installation import name_operator
from tenants.client_ip import client_ip
from tenants.console.forms import ConsoleForm, password_field
from tenants.operators.console.account import check_repeated
from tenants.operators.console.sign_in import draw_narrow
from tenants.operators.password_links import choose_password, find_operator_of


class WelcomeForm(ConsoleForm):
    """A new password, twice."""

    new_password1 = password_field("New password", "new-password")
    new_password2 = password_field("The same again", "new-password")

    def clean(self) -> None:
        """Compare the two."""
        check_repeated(self)


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, *, id: int, token: str) -> HttpResponse:
    """Show the form; set the password on POST. A mail scanner that opens the link changes nothing."""
    try:
        operator = find_operator_of(id, token)
    except Invalid:
        title = "This link is not valid"
        return draw_narrow(request, "bad_link.html", title=title, status=400)
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with acting_as(name_operator(operator), address=client_ip(request)):
                choose_password(operator, form.cleaned_data["new_password1"])
        except DomainError as error:
            form.add_refusal_to("new_password1", error)
        else:
            return draw_narrow(request, "signed_out.html", title="Your password is set")
    status = 400 if request.method == "POST" else 200
    return draw_narrow(
        request,
        "welcome.html",
        title="Choose a password",
        form=form,
        operator=operator,
        status=status,
    )
