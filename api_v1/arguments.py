"""Reads a request's parameters and body as the arguments of its view. Ninja's models validate them."""

from typing import Any, Final

from django.http import HttpRequest
from ninja.params.models import ParamModel
from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from api_v1.bodies import (
    check_query,
    declared_length,
    parse_json,
    prepare_form,
    read_json_body,
)
from api_v1.problems import invalid
from api_v1.request_context import RequestContext
from api_v1.versioning.versioned_api import Route
from core.errors import Invalid, NotFound, Problem

# Of a client's text, what an error repeats.
MAX_UNKNOWN_NAMES: Final = 20
MAX_NAME_SHOWN: Final = 100

Arguments = dict[str, Any]  # Any: whatever the views declare


def read_arguments(context: RequestContext) -> Arguments:
    """Return the view's arguments; raise `Invalid`, `NotFound` for a malformed path parameter, or a 400."""
    route, request = context.route, context.request
    arguments: Arguments = {}
    if route.path_params is not None:
        arguments |= _path_arguments(context, route.path_params)
    if query := request.META.get("QUERY_STRING"):
        check_query(query)
        if route.query_names is not None:
            _refuse_unknown(request, route.query_names)
    if route.body_kind == "json":
        read_body(context)
    elif route.body_kind == "form":
        prepare_form(request, route)
    for model in route.other_params:
        arguments |= _other_arguments(context, model)
    if route.body_kind == "json":
        arguments |= _body_arguments(route, context.body)
    return arguments


def _refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    unknown = [name for name in request.GET if name not in known][:MAX_UNKNOWN_NAMES]
    if unknown:
        raise Invalid(
            tuple(Problem(name[:MAX_NAME_SHOWN], "unknown_parameter") for name in unknown)
        )


def read_body(context: RequestContext) -> bytes:
    """Return the JSON body; the first call reads it from the connection."""
    if not context.body:
        context.body = read_json_body(context.request, context.route)
    return context.body


def body_length(context: RequestContext) -> int:
    """Return the length of the body in bytes: as declared, or of a body in chunks, which the first call reads."""
    request, route = context.request, context.route
    declared = declared_length(request)
    if declared is not None:
        return declared
    if route.body_kind == "json":
        return len(read_body(context))
    if route.body_kind == "form":
        prepare_form(request, route)
    return declared_length(request) or 0


def _path_arguments(context: RequestContext, model: type[ParamModel]) -> Arguments:
    try:
        return model.resolve(
            context.request, context.route.versioned_api.ninja, context.path_values
        ).__dict__
    except ValidationError as error:
        # A malformed id gets the same reply as an unknown one.
        name = str(error.errors()[0]["loc"][0])
        raise NotFound(name.removesuffix("_id")) from None


def _other_arguments(context: RequestContext, model: type[ParamModel]) -> Arguments:
    try:
        return model.resolve(
            context.request, context.route.versioned_api.ninja, context.path_values
        ).__dict__
    except ValidationError as error:
        locations = getattr(model, "__ninja_flatten_map_reverse__", {})
        raise invalid(error, locations=locations) from None


def _body_arguments(route: Route, body: bytes) -> Arguments:
    model = route.body
    assert model is not None
    ((name, field),) = model.model_fields.items()
    if not body:
        if field.default is PydanticUndefined:
            raise Invalid.one("", "required")
        return {name: field.default}
    value = parse_json(body)
    if route.upgrade is not None:
        value = route.upgrade(value)
    try:
        return model.model_validate({name: value}).__dict__
    except ValidationError as error:
        raise invalid(error, below=1) from None
