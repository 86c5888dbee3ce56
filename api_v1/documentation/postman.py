"""Postman collections (format 2.1), written from the OpenAPI documents: a request for each route, with tests in it.

The requests are in an order in which all of them succeed: a request that creates something comes first and keeps its id
in a variable, the request that deletes it comes last. So Postman or newman can run a whole collection.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from api_v1.api import Api, JsonObject
from api_v1.documentation.body_samples import FILES, sample_body
from api_v1.documentation.frozen import document_of
from api_v1.http_errors import VERSION_HEADER
from api_v1.versioning.versioned_api import VersionedApi

FOLDER: Final = Path(__file__).resolve().parents[2] / "examples" / "postman"
SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
BASE_URL: Final = "http://localhost:8000"
AFTERWARDS: Final = "Afterwards"

# Requests that create what others use run first; requests that end it run last.
_FIRST: Final = (
    "register_user",
    "login",
    "refresh_token",
    "create_position",
    "create_candidate",
    "create_attachment",
    "add_jobapp",
    "get_jobapps",
    "add_jobapp_note",
)
_LAST: Final = (
    "delete_jobapp_note",
    "delete_jobapp",
    "delete_candidate",
    "delete_position",
    "logout",
    # Both end the session, and are refused after the log-out.
    "change_own_password",
    "delete_account",
)
# The variables that a request sets for those after it, and where in `data` each value is.
_KEEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "create_position": {"positionId": "data.id"},
    "create_candidate": {"candidateId": "data.id"},
    "create_attachment": {"attachmentId": "data.id"},
    "get_jobapps": {"jobappId": "data[0].id"},
    "add_jobapp_note": {"jobappNoteId": "data.id"},
    "login": {"accessToken": "data.access_token", "refreshToken": "data.refresh_token"},
    "refresh_token": {"accessToken": "data.access_token", "refreshToken": "data.refresh_token"},
}
# Requests that can't succeed with one user and without Google and LinkedIn.
_EXPECTED: Final[Mapping[str, tuple[int, ...]]] = {
    "accept_invitation": (404,),
    "decline_invitation": (404,),
    "auth_social_user": (400, 401, 503),
    "update_gmail_token": (400, 503),
    "get_linkedin_profile": (404,),
    "sync_user_emails": (404,),
    # The collection's user has no mail.
    "dismiss_mail": (404,),
    # Nor a mailbox, which takes a mail server.
    "add_mailbox": (400, 503),
    "update_mailbox": (404,),
    "sync_mailbox": (404,),
    "delete_mailbox": (404,),
    "confirm_email": (400,),
    "reset_forgotten_password": (400,),
    "change_own_password": (401,),
    "delete_account": (401,),
}
_VARIABLES: Final = ("apiKey", "clientId", "clientSecret")
_BEARER: Final[Mapping[str, str]] = {"happo": "{{apiKey}}", "jobhax": "{{accessToken}}"}
_ENVELOPE: Final[Mapping[str, tuple[str, ...]]] = {
    "happo": (
        "  pm.expect(body.statusCode).to.equal(pm.response.code);",
        "  pm.expect(body).to.have.property(pm.response.code === 200 ? 'data' : 'message');",
    ),
    "jobhax": (
        "  pm.expect(body).to.include.all.keys('success', 'error_code', 'error_message', 'data');",
        "  pm.expect(body.success).to.equal(pm.response.code === 200);",
        "  pm.expect(body.error_code === 0).to.equal(body.success);",
    ),
}


def file_of(version: str) -> Path:
    """Return where the collection of a version is checked in."""
    return FOLDER / f"happo-{version}.postman_collection.json"


def write_collection(version: str, versioned_apis: Mapping[str, Mapping[str, VersionedApi]]) -> str:
    """Return the collection of both APIs in one version, as the text of its file."""
    return json.dumps(make_collection(version, versioned_apis), indent=2, ensure_ascii=False) + "\n"


def make_collection(
    version: str,
    versioned_apis: Mapping[str, Mapping[str, VersionedApi]],
    *,
    base_url: str = BASE_URL,
) -> JsonObject:
    """Return the collection; `versioned_apis` by the name of the API and of the version."""
    variables = {"baseUrl": base_url, "version": version} | dict.fromkeys(_VARIABLES, "")
    return {
        "info": {
            "name": f"Happo and JobHax, {version}",
            "description": (
                "Set apiKey, clientId and clientSecret, which `make run` prints."
                " Run the requests in order."
            ),
            "schema": SCHEMA,
        },
        # Before each request: a slash at the end of the address would make a path of two slashes.
        "event": [
            _event(
                "prerequest",
                "const base = pm.variables.get('baseUrl');",
                "pm.variables.set('baseUrl', base.replace(/\\/+$/, ''));",
            )
        ],
        "variable": [{"key": name, "value": value} for name, value in variables.items()],
        "item": [_folder(versions[version]) for versions in versioned_apis.values()],
    }


def _folder(versioned_api: VersionedApi) -> JsonObject:
    api, document = versioned_api.api, document_of(versioned_api)
    folders: dict[str, list[JsonObject]] = {}
    for method, path, operation in sorted(_operations(document), key=_rank):
        name = AFTERWARDS if operation["operationId"] in _LAST else operation["tags"][0]
        item = _item(api, method, path, operation, document=document)
        folders.setdefault(name, []).append(item)
    return {
        "name": api.title,
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": _BEARER[api.name], "type": "string"}],
        },
        "item": [{"name": name, "item": items} for name, items in folders.items()],
    }


def _operations(document: JsonObject) -> Iterator[tuple[str, str, JsonObject]]:
    for path, methods in document["paths"].items():
        yield from ((method.upper(), path, operation) for method, operation in methods.items())


def _rank(found: tuple[str, str, JsonObject]) -> tuple[int, int]:
    name = found[2]["operationId"]
    if name in _LAST:
        return 2, _LAST.index(name)
    return (0, _FIRST.index(name)) if name in _FIRST else (1, 0)


def _item(
    api: Api, method: str, path: str, operation: JsonObject, *, document: JsonObject
) -> JsonObject:
    name = operation["operationId"]
    request: JsonObject = {
        "method": method,
        "header": list(_headers(operation)),
        "url": _url(path, operation),
        "description": operation.get("description", ""),
    }
    if operation.get("security") == []:
        request["auth"] = {"type": "noauth"}
    if body := _body(operation, document=document):
        request["body"] = body
    return {"name": operation["summary"], "event": list(_events(api, name)), "request": request}


def _headers(operation: JsonObject) -> Iterator[JsonObject]:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            is_version = parameter["name"] == VERSION_HEADER
            yield {
                "key": parameter["name"],
                "value": "{{version}}" if is_version else "{{$guid}}",
                **({} if is_version else {"disabled": True}),
            }


def _url(path: str, operation: JsonObject) -> JsonObject:
    parts = [
        _variable(part) if part.startswith("{") else part for part in path.strip("/").split("/")
    ]
    query = [
        _query(parameter)
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]
    sent = "&".join(f"{part['key']}={part['value']}" for part in query if not part.get("disabled"))
    raw = "/".join(["{{baseUrl}}", *parts]) + (f"?{sent}" if sent else "")
    return {
        "raw": raw,
        "host": ["{{baseUrl}}"],
        "path": parts,
        **({"query": query} if query else {}),
    }


def _query(parameter: JsonObject) -> JsonObject:
    if parameter.get("required"):
        return {"key": parameter["name"], "value": _variable(parameter["name"])}
    return {"key": parameter["name"], "value": "", "disabled": True}


def _variable(parameter: str) -> str:
    """Return `{{positionId}}` for `{position_id}`."""
    first, *rest = parameter.strip("{}").split("_")
    return "{{" + first + "".join(word.capitalize() for word in rest) + "}}"


def _body(operation: JsonObject, *, document: JsonObject) -> JsonObject | None:
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        fields = content["multipart/form-data"]["schema"]["properties"]
        return {
            "mode": "formdata",
            "formdata": [{"key": f, "type": "file", "src": FILES[f]} for f in fields],
        }
    if "application/json" not in content:
        return None
    body = sample_body(
        operation["operationId"], content["application/json"]["schema"], document=document
    )
    raw = json.dumps(body, indent=2, ensure_ascii=False)
    return {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}


def _events(api: Api, name: str) -> Iterator[JsonObject]:
    if name == "register_user":
        yield _event(
            "prerequest",
            "const person = 'postman-' + pm.variables.replaceIn('{{$guid}}');",
            "pm.collectionVariables.set('username', person);",
        )
    statuses = ", ".join(map(str, _EXPECTED.get(name, (200,))))
    lines = [
        "const body = pm.response.json();",
        f"pm.test('answers {statuses}', () => {{",
        f"  pm.expect(pm.response.code).to.be.oneOf([{statuses}]);",
        "});",
        "pm.test('in the envelope', () => {",
        *_ENVELOPE[api.name],
        "});",
        "pm.test('in the requested version', () => {",
        f"  pm.response.to.have.header('{VERSION_HEADER}', pm.variables.get('version'));",
        "  pm.response.to.have.header('x-request-id');",
        "});",
    ]
    if kept := _KEEPS.get(name):
        lines += ["if (body.data) {", "  const data = body.data;"]
        lines += [
            f"  pm.collectionVariables.set('{variable}', {path});"
            for variable, path in kept.items()
        ]
        lines += ["}"]
    yield _event("test", *lines)


def _event(listen: str, *lines: str) -> JsonObject:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": list(lines)}}
