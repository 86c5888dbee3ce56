"""Routes of v20180701 that differ in the head: lists without pages, and no archived positions."""

from typing import Final

from ninja import Router

from api_v1.fields import BodyId
from api_v1.happo.attachments import AccessibleAttachment, present_accessible
from api_v1.happo.schemas import Candidate, ListedCandidate, Position
from api_v1.happo.shapes import CANDIDATE, CANDIDATE_V20180701, POSITION_V20180701
from api_v1.request_context import ApiRequest
from core.json_text import JsonText
from core.recruiting.queries import candidates as candidate_queries
from core.recruiting.queries import positions as position_queries
from core.recruiting.queries.attachments import visible_attachment
from core.sql import Json

whole_lists: Final = Router(tags=["Lists"])
without_archive: Final = Router(tags=["Positions"])


@whole_lists.get(
    "/positions", response=list[Position], summary="List positions", tags=["Positions"]
)
def list_positions(request: ApiRequest) -> Json:
    return position_queries.list_positions(request.caller, shape=POSITION_V20180701)


@whole_lists.get(
    "/positions/{position_id}/candidates",
    response=list[ListedCandidate],
    summary="List the candidates of a position",
    tags=["Candidates"],
)
def list_candidates(request: ApiRequest, position_id: BodyId) -> Json:
    return candidate_queries.list_candidates(request.caller, position_id, shape=CANDIDATE_V20180701)


@without_archive.get("/positions/{position_id}", response=Position, summary="View a position")
def view_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return position_queries.view_position(request.caller, position_id, shape=POSITION_V20180701)


@without_archive.get(
    "/positions/{position_id}/candidates/{candidate_id}",
    response=Candidate,
    summary="View a candidate",
    tags=["Candidates"],
)
def view_candidate(request: ApiRequest, position_id: BodyId, candidate_id: BodyId) -> JsonText:
    return candidate_queries.view_candidate(
        request.caller, position_id, candidate_id, shape=CANDIDATE
    )


@without_archive.get(
    "/attachments/{attachment_id}",
    response=AccessibleAttachment,
    summary="View an attachment",
    tags=["Attachments"],
)
def view_attachment(request: ApiRequest, attachment_id: BodyId) -> AccessibleAttachment:
    return present_accessible(request, visible_attachment(request.caller, attachment_id))
