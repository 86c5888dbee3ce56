"""The same rows for the product and for the baseline."""

import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import psycopg

NOTES = "<div><b>Job Description</b></div><ul><li>Testing</li><li>Automation</li></ul>"
# The numbers of applications of the job seekers in the first tenant.
SEEKERS = (28, 300)
START = datetime(2026, 1, 1, tzinfo=UTC)


def seed_product(connection: psycopg.Connection, *, owner: uuid.UUID, positions: int) -> str:
    """Give `owner` positions with two collaborators and files each; return the path of a candidate of the newest."""
    colleagues = [_product_user(connection, f"colleague{n}@bench.test") for n in range(2)]
    for number in range(positions):
        position = uuid.uuid4()
        created = START + timedelta(minutes=number)
        connection.execute(
            "INSERT INTO recruiting_position (id, title, location, notes, type, ad_posting_link, target_date, status,"
            " no_of_positions, created_by_id, created_at, updated_at)"
            " VALUES (%s, %s, 'Malmo', %s, 'part-time', 'https://example.test/1', %s, 'open', 2, %s, %s, %s)",
            [position, f"Software Tester {number}", NOTES, START, owner, created, created],
        )
        for ordinal, user in enumerate(colleagues):
            connection.execute(
                "INSERT INTO recruiting_collaborator (position_id, user_id, type, status, ordinal)"
                " VALUES (%s, %s, 'admin', 'awaiting_approval', %s)",
                [position, user, ordinal],
            )
            connection.execute(
                "INSERT INTO recruiting_attachment (id, file_name, content_type, size, position_id, ordinal,"
                " created_by_id, created_at) VALUES (%s, 'cv.pdf', 'application/pdf', 10, %s, %s, %s, %s)",
                [uuid.uuid4(), position, ordinal, owner, created],
            )
    candidate = uuid.uuid4()
    connection.execute(
        "INSERT INTO recruiting_candidate (id, position_id, name, stack, created_by_id, created_at, updated_at)"
        " VALUES (%s, %s, 'Adam Smith', 'longlist', %s, %s, %s)",
        [candidate, position, owner, created, created],
    )
    return f"/v1/positions/{position}/candidates/{candidate}"


def seed_candidates(
    connection: psycopg.Connection, *, owner: uuid.UUID, position: str, number: int
) -> None:
    """Create a position with `number` candidates, a second apart."""
    connection.execute(
        "INSERT INTO recruiting_position (id, title, status, created_by_id, created_at, updated_at)"
        " VALUES (%s, 'Popular', 'open', %s, now(), now())",
        [position, owner],
    )
    connection.execute(
        "INSERT INTO recruiting_candidate (id, position_id, name, stack, created_by_id, created_at, updated_at)"
        " SELECT gen_random_uuid(), %s, 'Candidate ' || n, 'longlist', %s, moment, moment"
        " FROM generate_series(1, %s) AS n, LATERAL (SELECT %s + n * interval '1 second' AS moment) AS at",
        [position, owner, number, START],
    )


def _product_user(connection: psycopg.Connection, email: str) -> uuid.UUID:
    user = uuid.uuid4()
    connection.execute(
        "INSERT INTO accounts_user (uuid, email, password, first_name, last_name, is_active, is_staff, is_superuser,"
        " is_registered, time_zone, date_joined) VALUES (%s, %s, '!', '', '', true, false, false, true, 'UTC', now())"
        " ON CONFLICT (email) DO NOTHING",
        [user, email],
    )
    row = connection.execute("SELECT uuid FROM accounts_user WHERE email = %s", [email]).fetchone()
    return row[0]


def seed_plain(*, key: str, positions: int) -> str:
    """Create the same rows through the baseline's models, inside its tenant; return the path of a candidate."""
    from benchmarks.plain.hiring.models import (
        ApiKey,
        Attachment,
        Candidate,
        Collaborator,
        Position,
        User,
    )

    owner = User.objects.create(username="owner", email="owner@bench.test")
    ApiKey.objects.create(user=owner, key_hash=sha256(key.encode()).hexdigest())
    colleagues = [
        User.objects.create(username=f"c{n}", email=f"colleague{n}@bench.test") for n in range(2)
    ]
    for number in range(positions):
        position = Position.objects.create(
            title=f"Software Tester {number}", location="Malmo", notes=NOTES, type="part-time",
            ad_posting_link="https://example.test/1", target_date=START, status="open", no_of_positions=2,
            created_by=owner,
        )  # fmt: skip
        for user in colleagues:
            Collaborator.objects.create(
                position=position, user=user, type="admin", status="awaiting_approval"
            )
            Attachment.objects.create(file_name="cv.pdf", position=position, created_by=owner)
    candidate = Candidate.objects.create(position=position, name="Adam Smith", created_by=owner)
    return f"/v1/positions/{position.id}/candidates/{candidate.id}"


# Days before now, sources and titles of the applications, the same on both sides.
def applications(number: int) -> list[tuple[datetime, str, str, str, int]]:
    """Return apply date, source, title, company and status (1 to 5) of `number` applications."""
    now = datetime.now(UTC).replace(microsecond=0)
    boards = ("LinkedIn", "Hired.com", "Indeed", "Vettery", "Acme")
    return [
        (
            now - timedelta(days=n % 330),
            boards[n % 5],
            f"Android Developer {n % max(1, number // 2)}",
            f"Company {n % 40}",
            n % 3 + 1,
        )
        for n in range(number)
    ]


def seed_product_seeker(connection: psycopg.Connection, *, email: str, number: int) -> None:
    """Create a registered user with `number` applications."""
    row = connection.execute(
        "SELECT id FROM accounts_user WHERE uuid = %s", [_product_user(connection, email)]
    ).fetchone()
    for applied, source, title, company, status in applications(number):
        connection.execute(
            "INSERT INTO jobsearch_application (user_id, status_id, job_title, company, apply_date, msg_id, source,"
            " is_rejected, created_at) VALUES (%s, %s, %s, %s, %s, '', %s, false, now())",
            [row[0], status, title, company, applied, source],
        )


def seed_plain_seeker(*, token: str, number: int) -> None:
    """Create the same through the baseline's models, with an access token of django-oauth-toolkit."""
    from oauth2_provider.models import AccessToken, Application

    from benchmarks.plain.hiring.models import JobApplication, Status, User

    statuses = [
        Status.objects.get_or_create(value=value)[0]
        for value in ("Applied", "To Apply", "Phone Screen")
    ]
    user = User.objects.create(username=token, email=f"{token}@bench.test")
    client = Application.objects.create(
        name=token, user=user, client_type="confidential", authorization_grant_type="password"
    )
    AccessToken.objects.create(
        user=user,
        token=token,
        application=client,
        scope="read write",
        expires=datetime.now(UTC) + timedelta(days=1),
    )
    for applied, source, title, company, status in applications(number):
        JobApplication.objects.create(
            user=user, application_status=statuses[status - 1], job_title=title, company=company, apply_date=applied,
            source=source,
        )  # fmt: skip
