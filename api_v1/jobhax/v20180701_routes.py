"""Routes of v20180701 that differ in the head: the list of job applications has no pages."""

from typing import Final

from ninja import Router

from api_v1.fields import RowId
from api_v1.jobhax.columns import JOBAPP
from api_v1.jobhax.schemas import Jobapp
from api_v1.request_context import ApiRequest
from core.jobsearch import queries
from core.json_text import JsonText

whole_list: Final = Router(tags=["Job applications"])


@whole_list.get("/jobapps/get_jobapps", response=list[Jobapp], summary="List job applications")
def get_jobapps(request: ApiRequest, status_id: RowId | None = None) -> JsonText:
    return queries.list_all_applications(
        request.caller.user_id, columns=JOBAPP, status_id=status_id
    )
