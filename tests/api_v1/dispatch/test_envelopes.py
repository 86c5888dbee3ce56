"""The envelopes around `data`, and how values are written."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from api_v1.request_context import ApiRequest
from core.json_text import JsonText
from core.pages import Page
from tests.api_v1.fake_apis import ID, FakeApis

HAPPO = b'{"success":true,"statusCode":200,"data":%s}'
JOBHAX = b'{"success":true,"error_code":0,"error_message":"","data":%s}'


class Model(BaseModel):
    name: str = Field(alias="firstName")
    gone: str | None = None
    when: datetime | None = None
    inner: list["Model"] | None = None


def answering(result: Any) -> FakeApis:  # Any: whatever views return
    """Return a apis with a route that returns just that."""
    router = Router()

    @router.get("/it", response=None)
    def view_it(request: ApiRequest) -> Any:  # Any: as above
        return result

    return FakeApis(routers=(router,))


@pytest.mark.parametrize(
    ("result", "written"),
    [
        (None, b"null"),
        ([], b"[]"),
        ("ä🤖", '"ä🤖"'.encode()),
        (
            {"id": ID, "n": 1.5, 3: True},
            b'{"id":"1ac435ee-9b11-4172-a934-3272b365e718","n":1.5,"3":true}',
        ),
        (JsonText(b' {"as":  "it is"}'), b' {"as":  "it is"}'),
        ({"inside": [JsonText(b"[1, 2]")]}, b'{"inside":[[1, 2]]}'),
        ((UUID(int=0),), b'["00000000-0000-0000-0000-000000000000"]'),
    ],
)
def test_plain_values_are_wrapped(result: object, written: bytes) -> None:
    apis = answering(result)
    assert apis.call("GET", "/v1/it").content == HAPPO % written
    assert apis.call("GET", "/api/it").content == JOBHAX % written


def test_happo_omits_unset_fields_and_jobhax_sends_null() -> None:
    apis = answering([Model(firstName="x", inner=[Model(firstName="y")])])
    assert (
        apis.call("GET", "/v1/it").content
        == HAPPO % b'[{"firstName":"x","inner":[{"firstName":"y"}]}]'
    )
    assert apis.call("GET", "/api/it").content == JOBHAX % (
        b'[{"firstName":"x","gone":null,"when":null,"inner":'
        b'[{"firstName":"y","gone":null,"when":null,"inner":null}]}]'
    )


@pytest.mark.parametrize(
    ("moment", "happo", "jobhax"),
    [
        (
            datetime(2018, 7, 5, 9, 57, 9, 244000, UTC),
            b"2018-07-05T09:57:09.244Z",
            b"2018-07-05T09:57:09.244000Z",
        ),
        (
            datetime(2019, 1, 23, 14, 18, 12, 0, UTC),
            b"2019-01-23T14:18:12.000Z",
            b"2019-01-23T14:18:12Z",
        ),
        (
            datetime(2019, 2, 10, 10, 38, 36, 202351, UTC),
            b"2019-02-10T10:38:36.202Z",
            b"2019-02-10T10:38:36.202351Z",
        ),
        (
            datetime(2019, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            b"2018-12-31T23:00:00.000Z",
            b"2018-12-31T23:00:00Z",
        ),
    ],
)
def test_each_api_writes_dates_in_its_own_way(
    moment: datetime, happo: bytes, jobhax: bytes
) -> None:
    for result in (moment, Model(firstName="x", when=moment)):
        apis = answering(result)
        assert happo in apis.call("GET", "/v1/it").content
        assert jobhax in apis.call("GET", "/api/it").content


@pytest.mark.parametrize("result", [datetime(2018, 1, 1), object(), {1, 2}, b"bytes"])  # noqa: DTZ001 - that is the point
def test_a_value_without_a_json_form_is_a_500(result: object) -> None:
    assert answering(result).call("GET", "/v1/it").status == 500


def test_the_cursor_is_beside_the_data() -> None:
    more, last = answering(Page([1], next_cursor='a"b')), answering(Page(JsonText(b"[]")))
    assert (
        more.call("GET", "/v1/it").content
        == b'{"success":true,"statusCode":200,"data":[1],"nextCursor":"a\\"b"}'
    )
    assert more.call("GET", "/api/it").content.endswith(b'"data":[1],"nextCursor":"a\\"b"}')
    assert last.call("GET", "/v1/it").content == HAPPO % b"[]"
    assert last.call("GET", "/api/it").content.endswith(b'"data":[],"nextCursor":null}')


def test_a_response_made_by_the_view_is_sent_unchanged() -> None:
    answer = answering(HttpResponse(b"bytes", content_type="application/pdf")).call("GET", "/v1/it")
    assert (answer.content, answer.headers["Content-Type"]) == (b"bytes", "application/pdf")
    assert "x-request-id" in answer.headers
