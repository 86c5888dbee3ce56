"""Routes of v20180701 that differ in the head: the lists of job applications and of mails."""

from typing import Final

from ninja import Router

from api_v1.fields import RowId
from api_v1.jobhax.columns import JOB_MAIL, JOBAPP
from api_v1.jobhax.schemas import Jobapp
from api_v1.jobhax.users import GoogleMail
from api_v1.request_context import ApiRequest
from core.jobsearch import queries
from core.mail.queries import list_job_mail
from core.sql import Json

whole_list: Final = Router(tags=["Job applications"])
plain_mails: Final = Router(tags=["Users"])


@whole_list.get("/jobapps/get_jobapps", response=list[Jobapp], summary="List job applications")
def get_jobapps(request: ApiRequest, status_id: RowId | None = None) -> Json:
    return queries.list_all_applications(
        request.caller.user_id, columns=JOBAPP, status_id=status_id
    )


@plain_mails.get(
    "/users/get_user_google_mails",
    response=list[GoogleMail],
    summary="List the mails about applications",
)
def get_user_google_mails(request: ApiRequest) -> Json:
    return list_job_mail(request.caller.user_id, columns=JOB_MAIL)
