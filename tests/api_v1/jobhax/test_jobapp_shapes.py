"""The JSON that PostgreSQL writes is the one that the documents describe: the same keys, in the same order."""

from typing import Any

import orjson
import pytest
from pydantic import BaseModel, TypeAdapter, create_model

from api_v1.jobhax import schemas
from tests.api_v1.jobhax.jobapp_calls import NEW, add_jobapp, add_note
from tests.clients import JobHaxClient

SHAPES: dict[str, Any] = {  # Any: whatever pydantic takes for a type
    "jobapps/get_jobapps": list[schemas.Jobapp],
    "jobapps/get_statuses": list[schemas.Status],
    "jobapps/get_status_history": list[schemas.StatusChange],
    "jobapps/get_jobapp_detail": schemas.JobappDetail,
    "jobapps/get_jobapp_notes": list[schemas.Note],
    "metrics/get_total_application_count": schemas.Count,
    "metrics/get_application_count_by_month": schemas.ByMonth,
    "metrics/get_application_count_by_month_with_total": schemas.ByMonth,
    "metrics/get_count_by_statuses": list[schemas.NamedCount],
    "metrics/get_word_count": list[schemas.WordCount],
    "metrics/get_count_by_jobtitle_and_statuses": schemas.TitlesByStatus,
}


def without(model: type[BaseModel], *fields: str) -> type[BaseModel]:
    """Return the model as it was before it had the fields."""
    kept = {name: field for name, field in model.model_fields.items() if name not in fields}
    shape: dict[str, Any] = {name: (field.annotation, field) for name, field in kept.items()}
    return create_model(model.__name__, **shape)


# What v20180701 doesn't know yet.
OLDER_SHAPES: dict[str, Any] = SHAPES | {
    "jobapps/get_status_history": list[without(schemas.StatusChange, "mailId")],  # type: ignore[misc]
    "jobapps/get_jobapp_detail": without(schemas.JobappDetail, "mails"),
}
OF_A_JOBAPP = {
    "jobapps/get_status_history",
    "jobapps/get_jobapp_detail",
    "jobapps/get_jobapp_notes",
}


def in_shape(data: Any, shape: Any) -> bytes:  # Any: JSON, a type
    """Return the data as a model of that shape writes it; what the model doesn't know is gone."""
    adapter = TypeAdapter(shape)
    return orjson.dumps(adapter.dump_python(adapter.validate_python(data), mode="json"))


@pytest.mark.parametrize("path", SHAPES)
@pytest.mark.parametrize(
    ("version", "shapes"),
    [("v20180701", OLDER_SHAPES), ("v20261201", SHAPES)],
    ids=["v20180701", "v20261201"],
)
def test_an_answer_has_the_shape_of_its_document(
    seeker: JobHaxClient, path: str, version: str, shapes: dict[str, Any]
) -> None:
    seeker.version = version
    jobapp_id = add_jobapp(seeker)["id"]
    add_note(seeker, jobapp_id)
    parameters = {"jobapp_id": str(jobapp_id)} if path in OF_A_JOBAPP else {}
    data = seeker.get(path, **parameters).data
    assert data
    assert in_shape(data, shapes[path]) == orjson.dumps(data)


def test_what_was_added_has_the_shape_of_its_document(head: JobHaxClient) -> None:
    data = head.post("jobapps/add_jobapp", **NEW).data
    assert in_shape(data, schemas.Jobapp) == orjson.dumps(data)
