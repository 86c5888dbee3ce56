#!/usr/bin/env bash
# Every curl sample of the Happo API's document (v20180701), in its order, against a running server: ids come from
# earlier answers, and each attachment id from a fresh upload. Stops at the first answer that isn't as documented.
#
#   HAPPO_URL=http://localhost:8000/v1 HAPPO_KEY=hpk_... examples/happo_walkthrough.sh
#   examples/happo_walkthrough.sh http://localhost:8000/v1 hpk_...
#
# Needs curl and python3.
set -euo pipefail

url=${1:-${HAPPO_URL:-http://localhost:8000/v1}}
key=${2:-${HAPPO_KEY:-}}
url=${url%/}
case $url in */v1) ;; *) url=$url/v1 ;; esac
if [ -z "$key" ]; then
    echo "usage: $0 [URL] KEY   (or set HAPPO_URL and HAPPO_KEY)" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# call TITLE CURL-ARGUMENTS...: send one request, keep status, headers and body of its answer.
call() {
    title=$1
    shift
    status=$(curl --silent --show-error --max-time 30 --dump-header "$work/headers" --output "$work/body" \
        --write-out '%{http_code}' "$@") || fail "curl could not send it"
}

fail() {
    printf 'FAILED  %s\n        %s\n' "$title" "$1" >&2
    [ ! -s "$work/body" ] || { head -c 2000 "$work/body" >&2; echo >&2; }
    exit 1
}

# expect STATUS PYTHON: compare the status, check the envelope, then run assertions on `data` (`body` for errors).
expect() {
    [ "$status" = "$1" ] || fail "status $status instead of $1"
    python3 - "$work" "$1" "${2:-}" <<'PYTHON' || fail "the answer is not as documented"
import json, re, sys
from uuid import UUID

folder, status, assertions = sys.argv[1], int(sys.argv[2]), sys.argv[3]
body = json.load(open(f"{folder}/body", encoding="utf-8"))
headers = open(f"{folder}/headers", encoding="latin-1").read().lower()
assert "content-type: application/json; charset=utf-8" in headers, headers
assert "x-happo-api-version: v20180701" in headers and "x-request-id: " in headers, headers
assert body["statusCode"] == status
if status == 200:
    assert body["success"] is True and set(body) == {"success", "statusCode", "data"}, body
else:
    assert set(body) == {"statusCode", "error", "message"}, body
data = body.get("data")


def is_date(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) is not None


def check(thing, *, always, **fields):
    """`thing` has the keys of `always`, what was sent in `fields`, and good ids and dates."""
    assert set(always) <= set(thing), (always, thing)
    assert None not in thing.values(), thing
    for name in ("id", "createdBy", "positionId"):
        assert name not in thing or str(UUID(thing[name])) == thing[name], thing
    for name in ("createdAt", "updatedAt", "targetDate", "availableFromDate"):
        assert name not in thing or is_date(thing[name]), thing
    for name, value in fields.items():
        assert thing[name] == value, (name, thing[name], value)


POSITION = ("id", "title", "createdBy", "createdAt", "updatedAt")
CANDIDATE = ("id", "stack", "phase", "positionId", "createdAt", "updatedAt", "createdBy")
exec(assertions)
PYTHON
    printf 'ok      %s\n' "$title"
}

# field PATH: print a value of the last answer's data, like `id` or `0.id`.
field() {
    python3 -c '
import json, sys
value = json.load(open(sys.argv[1], encoding="utf-8"))["data"]
for part in sys.argv[2].split("."):
    value = value[int(part)] if part.isdigit() else value[part]
print(value)' "$work/body" "$1"
}

upload() {
    call "Upload an attachment for the next sample" "$url/attachments" -X POST "${auth[@]}" "${version[@]}" \
        -H "Content-Type: multipart/form-data" -F "attachment=@$work/sample.pdf"
    expect 200 'check(data, always=("id", "createdBy"))' >/dev/null
    field id
}

auth=(-H "Authorization:Bearer $key")
version=(-H "x-happo-api-version:v20180701")
json=(-H "Content-Type: application/json")
printf '%%PDF-1.4\n%% a sample of Happo\n' >"$work/sample.pdf"

# --- Minor Version, Authentication, Request Headers ---------------------------------------------------------------

call "Minor version: without a key" "$url/positions" "${version[@]}"
expect 401 'assert body["error"] == "Unauthorized"'

call "Authentication: without a version" "$url/positions" "${auth[@]}"
expect 400 'assert body["error"] == "Bad Request" and "v20180701" in body["message"]'

call "Request headers: all of them" "$url/positions" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 'assert isinstance(data, list)'

# --- Response Object ----------------------------------------------------------------------------------------------

call "Response object: a validation error" "$url/positions" -X POST "${auth[@]}" "${version[@]}" "${json[@]}" \
    -d '{"title": "Software Enginner", "type": "sometimes"}'
expect 400 'assert body["error"] == "Bad Request"
assert body["message"] == "type must be one of [full-time, part-time]"'

# --- Create/Update Position ---------------------------------------------------------------------------------------

first=$(upload)
second=$(upload)
call "Create a position" "$url/positions" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d \
    '{
    "title":"Software Tester",
    "location":"Malmo",
    "targetDate":"2018-09-25",
    "type":"part-time",
    "noOfPositions":"2",
    "adPostingLink":"https://moster.com/positions/1234",
    "notes":"<div><b>Job Description</b></div><ul><li>Testing</li><li>Automation</li></ul>",
    "attachmentIds": [
        "'"$first"'",
        "'"$second"'"
    ],
    "collaborators":[
        {
            "email":"dave@happo.com",
            "type":"admin"
        },
        {
            "email":"neo@test.se",
            "type":"supplier"
        }
    ]
}'
expect 200 'check(data, always=POSITION, title="Software Tester", location="Malmo",
    targetDate="2018-09-25T00:00:00.000Z", type="part-time", status="draft", noOfPositions=2,
    adPostingLink="https://moster.com/positions/1234", attachmentIds=["'"$first"'", "'"$second"'"],
    notes="<div><b>Job Description</b></div><ul><li>Testing</li><li>Automation</li></ul>")
assert [(c["email"], c["type"]) for c in data["collaborators"]] == [("dave@happo.com", "admin"), ("neo@test.se", "supplier")]
for one in data["collaborators"]:
    assert UUID(one["userId"]) and one["status"] in ("awaiting_registration", "awaiting_approval"), one
assert data["createdAt"] == data["updatedAt"]'
tester=$(field id)

call "Create the position that the next sample updates" "$url/positions" -X POST "${auth[@]}" "${version[@]}" "${json[@]}" \
    -d '{"title": "Software Engineer", "type": "full-time"}'
expect 200 'check(data, always=POSITION, title="Software Engineer", type="full-time", status="draft")'
position=$(field id)

third=$(upload)
fourth=$(upload)
call "Update a position" "$url/positions/$position" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d \
    '{
    "title":"Software Enginner",
    "location":"Stockholm",
    "targetDate":"2018-06-25",
    "type":"part-time",
    "noOfPositions":"5",
    "adPostingLink":"https://linkedin.com/positions/1234",
    "notes":"<div>Test Note</div>",
    "attachmentIds": [
        "'"$third"'",
        "'"$fourth"'"
    ],
    "collaborators":[
        {
            "email":"john@happo.com",
            "type":"admin",
            "status": "accepted"
        },
        {
            "email":"tara@aw.se",
            "type":"client",
            "status": "awaiting_registration"
        }
    ]
}'
# The sample's answer says full-time where its request says part-time: the request is right.
updated='check(data, always=POSITION, id="'"$position"'", title="Software Enginner", location="Stockholm",
    targetDate="2018-06-25T00:00:00.000Z", type="part-time", status="draft", noOfPositions=5,
    adPostingLink="https://linkedin.com/positions/1234", notes="<div>Test Note</div>",
    attachmentIds=["'"$third"'", "'"$fourth"'"])
assert [(c["email"], c["type"]) for c in data["collaborators"]] == [("john@happo.com", "admin"), ("tara@aw.se", "client")]
assert all(c["status"] != "accepted" for c in data["collaborators"]), "only they themselves can accept"
assert data["createdAt"] < data["updatedAt"]'
expect 200 "$updated"

call "Delete an optional field by posting null" "$url/positions/$tester" -X POST "${auth[@]}" "${version[@]}" "${json[@]}" \
    -d '{"title": "Software Tester", "location": null}'
expect 200 'check(data, always=POSITION, type="part-time")
assert "location" not in data, data'

# --- View Position, List Positions --------------------------------------------------------------------------------

call "View a position" "$url/positions/$position" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 "$updated"

call "List positions" "$url/positions" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 '[check(one, always=POSITION) for one in data]
ids = [one["id"] for one in data]
assert ids.index("'"$position"'") < ids.index("'"$tester"'"), "the newest first"'

# --- Create/Update Candidate --------------------------------------------------------------------------------------

first=$(upload)
second=$(upload)
call "Create a candidate" "$url/positions/$position/candidates" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d \
    '{
    "name":"Adam Smith",
    "phoneNumber":"1234567890",
    "compensation":"$3000 per month",
    "email":"adam.smith@test.com",
    "availableFromDate":"2018-08-28T18:30:00.000Z",
    "description":"<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>",
    "attachmentIds": [
        "'"$first"'",
        "'"$second"'"
    ]
}'
expect 200 'check(data, always=CANDIDATE, name="Adam Smith", phoneNumber="1234567890", compensation="$3000 per month",
    email="adam.smith@test.com", availableFromDate="2018-08-28T18:30:00.000Z", stack="longlist", phase="screening",
    description="<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>",
    attachmentIds=["'"$first"'", "'"$second"'"], positionId="'"$position"'")
assert data["createdAt"] == data["updatedAt"]'
adam=$(field id)

call "Create the candidate that the next sample updates" "$url/positions/$position/candidates" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d '{"name": "Riya"}'
expect 200 'check(data, always=CANDIDATE, name="Riya")'
candidate=$(field id)

third=$(upload)
fourth=$(upload)
call "Update a candidate" "$url/positions/$position/candidates/$candidate" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d \
    '{
    "name":"Riya Johnson",
    "phoneNumber":"1234567890",
    "compensation":"$3400 per month",
    "email":"riya.j@test.com",
    "availableFromDate":"2018-08-28T18:30:00.000Z",
    "description":"<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>",
    "attachmentIds": [
        "'"$third"'",
        "'"$fourth"'"
    ]
}'
riya='check(data, always=CANDIDATE, id="'"$candidate"'", name="Riya Johnson", phoneNumber="1234567890",
    compensation="$3400 per month", email="riya.j@test.com", availableFromDate="2018-08-28T18:30:00.000Z",
    description="<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>",
    attachmentIds=["'"$third"'", "'"$fourth"'"], positionId="'"$position"'")
assert data["createdAt"] < data["updatedAt"]'
expect 200 "$riya"

# --- Bulk Posting of Candidates -----------------------------------------------------------------------------------

call "Create candidates in bulk" "$url/positions/$position/candidates/bulk" \
    -X POST "${auth[@]}" "${version[@]}" "${json[@]}" -d \
    '{
    "candidates": [
        {
            "name":"Ben Smith",
            "phoneNumber":"1234567890",
            "compensation":"$3000 per month",
            "email":"ben.smith@test.com",
            "availableFromDate":"2018-08-28T18:30:00.000Z",
            "description":"<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>"
        },
        {
            "name":"Erica Williams",
            "phoneNumber":"1234567890",
            "compensation":"$4000 per month",
            "email":"erica.williams@test.com",
            "availableFromDate":"2018-09-28T18:30:00.000Z"
        }
    ]
}'
expect 200 'ben, erica = data
check(ben, always=CANDIDATE, name="Ben Smith", email="ben.smith@test.com", stack="longlist", phase="screening",
    compensation="$3000 per month", availableFromDate="2018-08-28T18:30:00.000Z", positionId="'"$position"'")
check(erica, always=CANDIDATE, name="Erica Williams", email="erica.williams@test.com", stack="longlist",
    phase="screening", compensation="$4000 per month", availableFromDate="2018-09-28T18:30:00.000Z")
assert "description" not in erica and "attachmentIds" not in erica, erica'

# --- View Candidate, List Candidates ------------------------------------------------------------------------------

call "View a candidate" "$url/positions/$position/candidates/$candidate" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 "$riya"

call "List candidates" "$url/positions/$position/candidates" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 '[check(one, always=CANDIDATE) for one in data]
assert [one["name"] for one in data] == ["Erica Williams", "Ben Smith", "Riya Johnson", "Adam Smith"], "the newest first"
assert data[3]["id"] == "'"$adam"'"'

# --- Attachments --------------------------------------------------------------------------------------------------

call "Upload an attachment" "$url/attachments" \
    -X POST "${auth[@]}" "${version[@]}" -H "Content-Type: multipart/form-data" -F "attachment=@$work/sample.pdf"
expect 200 'check(data, always=("id", "fileName", "createdBy"), fileName="sample.pdf")
assert "parentModelId" not in data and "accessUrl" not in data, data'
unlinked=$(field id)

call "View an attachment of nothing yet" "$url/attachments/$unlinked" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 'check(data, always=("id", "fileName", "accessUrl", "accessExpiringAt", "createdBy"), id="'"$unlinked"'")
assert "parentModelId" not in data, data'

call "View an attachment" "$url/attachments/$third" "${auth[@]}" "${version[@]}" "${json[@]}"
expect 200 'check(data, always=("id", "fileName", "accessUrl", "accessExpiringAt", "createdBy"),
    id="'"$third"'", parentModelId="'"$candidate"'", parentModelType="candidate")
assert is_date(data["accessExpiringAt"])'
access=$(field accessUrl)

call "Download an attachment by its accessUrl, without any header" "$access"
[ "$status" = 200 ] || fail "status $status instead of 200"
cmp --silent "$work/sample.pdf" "$work/body" || fail "these are not the bytes that were uploaded"
printf 'ok      %s\n' "$title"

echo "All samples of the Happo API answer as documented."
