"""The JobHax routes as the original implements them: the ORM, one query for each month and source, status and title."""

from calendar import month_name
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer
from oauth2_provider.models import AccessToken

from benchmarks.plain.hiring.models import JobApplication, Status, User

BOARDS = ("Hired.com", "LinkedIn", "Indeed", "Vettery")


class TokenAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = (
            AccessToken.objects.select_related("user", "application").filter(token=token).first()
        )
        return found.user if found and found.is_valid([]) else None


api = NinjaAPI(auth=TokenAuth(), title="Baseline of JobHax", urls_namespace="jobhax")


class StatusOut(Schema):
    id: int
    value: str


class JobApplicationOut(Schema):
    id: int
    applicationStatus: StatusOut
    jobTitle: str
    company: str
    companyLogo: str | None
    applyDate: datetime
    msgId: str
    source: str
    user: int
    isRejected: bool

    @staticmethod
    def resolve_applicationStatus(obj: JobApplication) -> Status:
        return obj.application_status

    @staticmethod
    def resolve_jobTitle(obj: JobApplication) -> str:
        return obj.job_title

    @staticmethod
    def resolve_companyLogo(obj: JobApplication) -> str | None:
        return obj.company_logo

    @staticmethod
    def resolve_applyDate(obj: JobApplication) -> datetime:
        return obj.apply_date

    @staticmethod
    def resolve_msgId(obj: JobApplication) -> str:
        return obj.msg_id

    @staticmethod
    def resolve_user(obj: JobApplication) -> int:
        return obj.user_id

    @staticmethod
    def resolve_isRejected(obj: JobApplication) -> bool:
        return obj.is_rejected


class JobApplicationsOut(Schema):
    success: bool = True
    error_code: int = 0
    error_message: str = ""
    data: list[JobApplicationOut]


def _mine(request: HttpRequest) -> QuerySet:
    return JobApplication.objects.filter(user=request.auth, is_deleted=False)


def _answer(data: object) -> dict:
    return {"success": True, "error_code": 0, "error_message": "", "data": data}


@api.get("/users/nothing")
def nothing(request: HttpRequest) -> dict:
    return _answer(None)


@api.get("/jobapps/get_jobapps", response=JobApplicationsOut)
def get_jobapps(request: HttpRequest) -> dict:
    return {
        "data": list(_mine(request).select_related("application_status").order_by("-apply_date"))
    }


@api.get("/metrics/get_application_count_by_month")
def by_month(request: HttpRequest) -> dict:
    now = timezone.now()
    months = [
        ((now.month - 12 + n) % 12 + 1, now.year - (1 if now.month - 12 + n < 0 else 0))
        for n in range(12)
    ]
    series = []
    for source in (*BOARDS, "Others"):
        counts = []
        for month, year in months:
            found = _mine(request).filter(apply_date__month=month, apply_date__year=year)
            found = (
                found.exclude(source__in=BOARDS)
                if source == "Others"
                else found.filter(source=source)
            )
            counts.append(found.count())
        series.append({"source": source, "data": counts})
    return _answer([series, [month_name[month] for month, _ in months]])


@api.get("/metrics/get_count_by_jobtitle_and_statuses")
def by_title_and_status(request: HttpRequest) -> dict:
    titles = list(
        _mine(request).values_list("job_title", flat=True).distinct().order_by("job_title")
    )
    statuses = list(Status.objects.filter(jobapplication__in=_mine(request)).distinct())
    matrix = [
        {
            "name": status.value,
            "data": [
                _mine(request).filter(application_status=status, job_title=title).count()
                for title in titles
            ],
        }
        for status in statuses
    ]
    return _answer(
        {"jobs": titles, "statuses": [status.value for status in statuses], "data": matrix}
    )
