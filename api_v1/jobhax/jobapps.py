"""JobHax: "Job application related API endpoints"."""

from typing import Final

from ninja import Query, Router

from api_v1.jobhax import columns
from api_v1.jobhax.schemas import (
    Jobapp,
    JobappDetail,
    JobappIn,
    JobappListing,
    JobappUpdate,
    MailOfJobapp,
    Note,
    NoteIn,
    NoteUpdate,
    OfJobapp,
    OfNote,
    Status,
    StatusChange,
)
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.jobsearch import queries, services
from core.jobsearch.queries import ListFilter
from core.json_text import JsonText
from core.mail import applications, dismissing
from core.pages import Page
from core.sql import Json

router: Final = Router(tags=["Job applications"])


@router.get("/jobapps/get_jobapps", response=Page[Jobapp], summary="List job applications")
def get_jobapps(request: ApiRequest, query: Query[JobappListing]) -> Page[Jobapp]:
    only = ListFilter(status_id=query.status_id, source=query.source, words=query.q)
    return queries.list_applications(
        request.caller.user_id,
        user_uuid=request.caller.user_uuid,
        columns=columns.JOBAPP,
        limit=query.page_size,
        cursor=query.cursor,
        only=only,
    )


@router.get("/jobapps/get_statuses", response=list[Status], summary="List the statuses")
def get_statuses(request: ApiRequest) -> JsonText:
    return queries.list_statuses(columns=columns.STATUS)


@router.get(
    "/jobapps/get_status_history",
    response=list[StatusChange],
    summary="List the status changes of a job application",
)
def get_status_history(request: ApiRequest, query: Query[OfJobapp]) -> Json:
    return queries.list_status_history(
        request.caller.user_id, query.jobapp_id, columns=columns.STATUS_CHANGE
    )


@router.post("/jobapps/add_jobapp", response=Jobapp, summary="Add a job application")
def add_jobapp(request: ApiRequest, body: JobappIn) -> JsonText:
    return services.add_and_view_application(
        request.caller.user_id, new=body.application(), columns=columns.JOBAPP
    )


@router.post("/jobapps/update_jobapp", response=None, summary="Change a job application")
def update_jobapp(request: ApiRequest, body: JobappUpdate) -> None:
    applications.update_application(request.caller.user_id, body.jobapp_id, changes=body.changes())


@router.post("/jobapps/delete_jobapp", response=None, summary="Delete a job application")
def delete_jobapp(request: ApiRequest, body: OfJobapp) -> None:
    applications.delete_application(request.caller.user_id, body.jobapp_id)


@router.get(
    "/jobapps/get_jobapp_detail",
    response=JobappDetail,
    summary="View the job board's data about a job application",
)
def get_jobapp_detail(request: ApiRequest, query: Query[OfJobapp]) -> JsonText:
    return queries.view_detail(
        request.caller.user_id,
        query.jobapp_id,
        columns=columns.DETAIL,
        mail_columns=columns.MAIL_OF_JOBAPP,
    )


@router.post(
    "/jobapps/dismiss_mail",
    response=None,
    summary="Take back what a mail did to a job application",
)
@route_options(since="v20261201")
def dismiss_mail(request: ApiRequest, body: MailOfJobapp) -> None:
    dismissing.dismiss_mail(
        request.caller.user_id, application_id=body.jobapp_id, message_id=body.mail_id
    )


@router.post("/jobapps/add_jobapp_note", response=Note, summary="Add a note to a job application")
def add_jobapp_note(request: ApiRequest, body: NoteIn) -> Note:
    note = services.add_note(request.caller.user_id, body.jobapp_id, description=body.description)
    return Note(
        id=note.id,
        description=note.description,
        created_date=note.created_at,
        update_date=note.updated_at,
    )


@router.post("/jobapps/update_jobapp_note", response=None, summary="Replace a note")
def update_jobapp_note(request: ApiRequest, body: NoteUpdate) -> None:
    services.update_note(request.caller.user_id, body.jobapp_note_id, description=body.description)


@router.post("/jobapps/delete_jobapp_note", response=None, summary="Delete a note")
def delete_jobapp_note(request: ApiRequest, body: OfNote) -> None:
    services.delete_note(request.caller.user_id, body.jobapp_note_id)


@router.get(
    "/jobapps/get_jobapp_notes", response=list[Note], summary="List the notes of a job application"
)
def get_jobapp_notes(request: ApiRequest, query: Query[OfJobapp]) -> Json:
    return queries.list_notes(request.caller.user_id, query.jobapp_id, columns=columns.NOTE)
