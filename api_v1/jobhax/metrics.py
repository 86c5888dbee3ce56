"""JobHax: "Metrics related API endpoints"."""

from typing import Final

from ninja import Router

from api_v1.jobhax import columns
from api_v1.jobhax.schemas import ByMonth, Count, NamedCount, TitlesByStatus, WordCount
from api_v1.request_context import ApiRequest
from core.jobsearch import metrics
from core.json_text import JsonText

router: Final = Router(tags=["Metrics"])


@router.get(
    "/metrics/get_total_application_count", response=Count, summary="Count the job applications"
)
def get_total_application_count(request: ApiRequest) -> JsonText:
    return metrics.count_all(request.caller.user_id, columns=columns.COUNT)


@router.get(
    "/metrics/get_application_count_by_month", response=ByMonth, summary="Count by month and source"
)
def get_application_count_by_month(request: ApiRequest) -> JsonText:
    return metrics.count_by_month(
        request.caller.user_id, series=columns.SERIES, others=columns.OTHERS
    )


@router.get(
    "/metrics/get_application_count_by_month_with_total",
    response=ByMonth,
    summary="Count by month and source, and all sources together",
)
def get_application_count_by_month_with_total(request: ApiRequest) -> JsonText:
    return metrics.count_by_month(
        request.caller.user_id, series=columns.SERIES, others=columns.OTHERS, total=columns.TOTAL
    )


@router.get("/metrics/get_count_by_statuses", response=list[NamedCount], summary="Count by status")
def get_count_by_statuses(request: ApiRequest) -> JsonText:
    return metrics.count_by_status(request.caller.user_id, columns=columns.COUNT_BY_STATUS)


@router.get("/metrics/get_word_count", response=list[WordCount], summary="Count by company")
def get_word_count(request: ApiRequest) -> JsonText:
    return metrics.count_by_company(request.caller.user_id, columns=columns.COUNT_BY_COMPANY)


@router.get(
    "/metrics/get_count_by_jobtitle_and_statuses",
    response=TitlesByStatus,
    summary="Count by job title and status",
)
def get_count_by_jobtitle_and_statuses(request: ApiRequest) -> JsonText:
    return metrics.count_by_title_and_status(
        request.caller.user_id, table=columns.TITLES_BY_STATUS, row=columns.STATUS_ROW
    )
