"""The parts that pages of the consoles are put together from: `{% load console %}`."""

from collections.abc import Iterable, Mapping
from typing import Final

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.accounts.sessions.browsers import describe_browser
from core.domain_names import show_domain
from tenants.console.charts import Chart
from tenants.console.plots import Plot

register = template.Library()

# What a badge says of a state, by its colour.
_TONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("active", "confirmed", "verified", "done", "on", "succeeded"), "good"),
    **dict.fromkeys(("suspended", "unconfirmed", "invited", "waiting", "todo", "sandbox"), "warn"),
    **dict.fromkeys(("failed", "deleting", "deactivated", "disabled", "revoked", "expired"), "bad"),
    **dict.fromkeys(("running", "doing", "live", "primary"), "info"),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a symbol of `icons.svg`. It says nothing to a screen reader: a word stands beside it."""
    url = static("console/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', url, name
    )


@register.filter
def grouped(number: int) -> str:
    """Return a number with commas between its thousands: `12,345`."""
    return f"{number:,}"


@register.filter
def worded(value: object) -> str:
    """Return a value of an audit entry as people say it: `yes`, `none`, `read, write`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(worded, value)) or "none"
    return "none" if value is None else str(value)


@register.filter
def domain_name(domain: str) -> str:
    """Return a domain as people read it, with the form of DNS beside it where that is another one."""
    return show_domain(domain)


@register.filter
def browser(user_agent: str) -> str:
    """Return the browser and the system of a header `User-Agent`, as people know a session: `Firefox on Linux`."""
    return describe_browser(user_agent)


@register.filter
def needs_opening(fields: Iterable[BoundField]) -> bool:
    """Return whether the part of a page that folds these fields away is open: one was refused, or is filled in."""
    return any(bound.errors or bound.name in bound.form.initial for bound in fields)


@register.simple_tag
def badge(state: object, tone: str = "") -> SafeString:
    """Draw a state as a word in its colour; `tone` (good, warn, bad, info) replaces the state's own."""
    word = str(state)
    return format_html('<span class="badge {}">{}</span>', tone or _TONES.get(word, ""), word)


@register.inclusion_tag("console/parts/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, object]:
    """Draw a field of a form: label, control, help, errors."""
    widget = bound.field.widget
    return {
        "field": bound,
        "css": css,
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_group": isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect),
        "is_checked_live": "data-check" in widget.attrs,
        # A browser asks for the others again by itself. The initial value of a secret says whether there was one.
        "is_lost": isinstance(widget, forms.PasswordInput)
        and not bound.field.required
        and bool(bound.value()),
    }


@register.inclusion_tag("console/parts/form_errors.html")
def form_errors(form: forms.Form) -> dict[str, object]:
    """Draw what is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("console/parts/tabs.html")
def tabs(links: object, label: str) -> dict[str, object]:
    """Draw a row of tabs: `tenants.console.frame.Link`s."""
    return {"links": links, "label": label}


@register.inclusion_tag("console/parts/pagination.html")
def pagination(page: object, table: str = "") -> dict[str, object]:
    """Draw the links to the neighbours of a `KeyPage`; nothing where it has none.

    `table`: the id of the table's heading, on a page with several of them: the links lead there.
    """
    return {"page": page, "table": table}


@register.inclusion_tag("console/parts/copyable.html")
def copyable(name: str, value: str, secret: bool = False) -> dict[str, object]:
    """Draw a value of one or several lines with a button that copies it. `name`: an id that the page has once."""
    return {"name": name, "value": value, "secret": secret, "is_long": "\n" in value}


@register.inclusion_tag("console/parts/chart.html")
def chart(drawn: Chart) -> dict[str, object]:
    """Draw a chart of `tenants.console.charts`."""
    return {"chart": drawn}


@register.inclusion_tag("console/parts/plot.html")
def plot(drawn: Plot) -> dict[str, object]:
    """Draw a table of `tenants.console.plots` that the script `plots.js` shows as a chart."""
    return {"plot": drawn}


@register.inclusion_tag("console/parts/meter.html")
def meter(used: int, limit: int) -> dict[str, object]:
    """Draw how much of a limit is used."""
    share = 100 if limit <= 0 else min(100, round(used * 100 / limit))
    return {"share": share, "used": used, "limit": limit}


@register.inclusion_tag("console/parts/time.html")
def when(time: object, missing: str = "never") -> dict[str, object]:
    """Draw a time in UTC, or `missing` for None."""
    return {"time": time, "missing": missing}


@register.simple_block_tag(takes_context=True, end_name="endconfirm")
def confirm(
    context: template.Context,
    content: str,
    name: str,
    label: str,
    title: str,
    action: str = "",
    style: str = "danger",
) -> SafeString:
    """Draw a button that opens a dialog with a form; the block is its text and fields. `name`: an id of the page."""
    return render_to_string(
        "console/parts/confirm.html",
        {
            "content": content,
            "name": name,
            "label": label,
            "title": title,
            "action": action,
            "style": style,
            "confirm_style": "primary" if "primary" in style else "danger",
            "csrf_token": context["csrf_token"],
        },
    )
