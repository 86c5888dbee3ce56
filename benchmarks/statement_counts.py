"""The number of statements of a request, counted on its connection."""

import json

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.happo import HEAD
from tenants.provisioning.lifecycle import CreatedTenant

_BUCKET = "INSERT INTO traffic_bucket"


def statements_of_bulk(tenant: CreatedTenant, path: str, *, size: int) -> int:
    """Return the number of statements of a bulk of `size` candidates, in the second of two requests.

    Statements of transactions count. The one that takes a lease of the rate limit doesn't: it depends on the time and
    on earlier requests, not on the size.
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
