"""Which mail domains are public providers': their users see no candidates of each other as suppliers."""

import re
from collections.abc import Sequence
from typing import Annotated, Final

from ninja import Router
from pydantic import BaseModel, Field, WithJsonSchema
from pydantic.functional_validators import AfterValidator

from api_v1.fields import reject
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.addresses import DOMAIN
from core.errors import Invalid
from core.recruiting.models import MailDomain
from core.recruiting.queries.mail_domains import view_mail_domains
from core.recruiting.services.mail_domains import (
    MAX_MAIL_DOMAINS,
    clean_mail_domain,
    replace_mail_domains,
)

router: Final = Router(tags=["Mail domains"])

MAX_DOMAIN_CHARACTERS: Final = 252
_domain = re.compile(DOMAIN)


def _read_domain(text: str) -> str:
    if not _domain.fullmatch(text):
        raise reject("not_mail_domain")
    try:
        return clean_mail_domain(text)
    except Invalid as error:
        code, facts = error.problems[0].code, error.problems[0].facts
        raise reject(code, **facts) from None


Domain = Annotated[
    str,
    AfterValidator(_read_domain),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MAX_DOMAIN_CHARACTERS,
            "pattern": f"^{DOMAIN}$",
            "examples": ["example.com"],
        }
    ),
]
Domains = Annotated[list[Domain], Field(max_length=MAX_MAIL_DOMAINS)]


class MailDomainsIn(BaseModel):
    """The whole lists: what is in neither is left to Happo's own lists of public providers."""

    publicDomains: Domains
    companyDomains: Domains


class MailDomains(BaseModel):
    """The mail domains of which the tenant says what they are, each in alphabetical order."""

    publicDomains: list[str]
    companyDomains: list[str]


@router.get("/mail_domains", response=MailDomains, summary="View the mail domains of the tenant")
@route_options(since="v20261201")
def get_mail_domains(request: ApiRequest) -> MailDomains:
    return _present(view_mail_domains(request.caller))


@router.put(
    "/mail_domains", response=MailDomains, summary="Say which mail domains are public providers'"
)
@route_options(since="v20261201")
def put_mail_domains(request: ApiRequest, body: MailDomainsIn) -> MailDomains:
    return _present(
        replace_mail_domains(request.caller, public=body.publicDomains, company=body.companyDomains)
    )


def _present(stated: Sequence[MailDomain]) -> MailDomains:
    return MailDomains(
        publicDomains=[one.domain for one in stated if one.is_public],
        companyDomains=[one.domain for one in stated if not one.is_public],
    )
