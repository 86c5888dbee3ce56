"""The two APIs with their routers. A new router is listed here."""

from typing import Final

from api_v1.api import Api
from api_v1.happo import attachments, audit, candidates, downloads, mail_domains, me, positions
from api_v1.happo import auth as happo_auth
from api_v1.happo.envelope import HappoEnvelope
from api_v1.happo.errors import render_error as render_happo_error
from api_v1.happo.replays import check_replay
from api_v1.jobhax import account, jobapps, mailboxes, metrics, users
from api_v1.jobhax import auth as jobhax_auth
from api_v1.jobhax import me as jobhax_me
from api_v1.jobhax.envelope import JobHaxEnvelope
from api_v1.jobhax.errors import render_error as render_jobhax_error
from api_v1.throttling import throttle, throttle_anonymous, throttle_body
from api_v1.versions import routes as version_routes
from core.idempotency.services import MAX_KEY_CHARACTERS

IDEMPOTENCY_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_KEY_CHARACTERS,
        "pattern": "^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$",
    },
    "description": (
        "Send the same key again after a time-out to get the first reply; nothing is done twice."
    ),
}

HAPPO: Final = Api(
    name="happo",
    prefix="/v1",
    title="Happo API",
    description=(
        "Positions, candidates and their attachments,"
        " for recruiters and the systems they work with."
    ),
    sample_path="/v1/positions",
    routers=(
        positions.router,
        candidates.router,
        attachments.router,
        downloads.router,
        me.router,
        mail_domains.router,
        audit.router,
        version_routes.router,
    ),
    authenticate=happo_auth.authenticate,
    envelope=HappoEnvelope(),
    render_error=render_happo_error,
    needs_version=True,
    throttle=throttle,
    throttle_body=throttle_body,
    throttle_anonymous=throttle_anonymous,
    check_replay=check_replay,
    write_parameters=(IDEMPOTENCY_KEY,),
)
JOBHAX: Final = Api(
    name="jobhax",
    prefix="/api",
    title="JobHax API",
    description="Job applications with their statuses, notes and metrics, for job seekers.",
    sample_path="/api/jobapps/get_jobapps",
    routers=(
        users.router,
        account.router,
        jobhax_me.router,
        mailboxes.router,
        jobapps.router,
        metrics.router,
    ),
    authenticate=jobhax_auth.authenticate,
    envelope=JobHaxEnvelope(),
    render_error=render_jobhax_error,
    needs_version=False,
    pinned_by_body=jobhax_auth.pinned_by_body,
    throttle=throttle,
    throttle_body=throttle_body,
    throttle_anonymous=throttle_anonymous,
    write_parameters=(IDEMPOTENCY_KEY,),
)
APIS: Final = (HAPPO, JOBHAX)
