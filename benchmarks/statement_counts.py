"""How many statements a request sends, counted on the connection that answers it."""

import json

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.happo import HEAD
from tenants.provisioning.lifecycle import CreatedTenant

_BUCKET = "INSERT INTO traffic_bucket"


def statements_of_bulk(tenant: CreatedTenant, path: str, *, size: int) -> int:
    """Return the statements of a bulk of `size` candidates; transactions count too, the second request is taken.

    Not counted is the one that takes a lease of the rate limit: whether it is due, the time and the requests before
    this one decide, not what is in it.
    """
    body = json.dumps({"candidates": [{"name": f"Candidate {number}"} for number in range(size)]})
    headers = {"Authorization": f"Bearer {tenant.api_key}", "x-happo-api-version": HEAD}
    client = Client(headers=headers)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.post(
                f"{path}/bulk", body, content_type="application/json", headers={"host": "localhost"}
            )
        if response.status_code != 200:
            raise RuntimeError(f"The bulk was answered with {response.status_code}")
        counts.append(sum(_BUCKET not in query["sql"] for query in captured))
    return counts[-1]
