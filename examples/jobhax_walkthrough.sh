#!/usr/bin/env bash
# Every request of the JobHax API's document, against a running server. The script registers a user first, and takes ids
# from earlier answers. Stops at the first answer that isn't as documented.
#
#   examples/jobhax_walkthrough.sh http://localhost:8000/api CLIENT_ID CLIENT_SECRET [GOOGLE_TOKEN LINKEDIN_TOKEN]
#
# Or set JOBHAX_URL, JOBHAX_CLIENT_ID, JOBHAX_CLIENT_SECRET, JOBHAX_GOOGLE_TOKEN, JOBHAX_LINKEDIN_TOKEN. The two tokens
# are access tokens of the providers, issued to the tenant's own applications there (`manage.py provider set`), Google's
# with the scope gmail.readonly; without them the requests that need them are left out.
#
# Needs curl and python3.
set -euo pipefail

url=${1:-${JOBHAX_URL:-http://localhost:8000/api}}
client_id=${2:-${JOBHAX_CLIENT_ID:-}}
client_secret=${3:-${JOBHAX_CLIENT_SECRET:-}}
google_token=${4:-${JOBHAX_GOOGLE_TOKEN:-}}
linkedin_token=${5:-${JOBHAX_LINKEDIN_TOKEN:-}}
url=${url%/}
case $url in */api) ;; *) url=$url/api ;; esac
if [ -z "$client_id" ] || [ -z "$client_secret" ]; then
    echo "usage: $0 [URL] CLIENT_ID CLIENT_SECRET [GOOGLE_TOKEN LINKEDIN_TOKEN]" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
token=
# Not the password of the document's sample: 123456 is refused on purpose.
name=joesmith$(date +%s)$$
password='correct horse battery'

fail() {
    printf 'FAILED  %s\n        %s\n' "$title" "$1" >&2
    [ ! -s "$work/body" ] || { head -c 2000 "$work/body" >&2; echo >&2; }
    exit 1
}

# send TITLE CURL-ARGUMENTS...: send one request, keep status, headers and body of its answer.
send() {
    title=$1
    shift
    status=$(curl --silent --show-error --max-time 30 --dump-header "$work/headers" --output "$work/body" \
        --write-out '%{http_code}' ${token:+-H "Authorization: Bearer $token"} "$@") || fail "curl could not send it"
}

get() {
    send "$1" "$url/$2"
}

post() {
    send "$1" "$url/$2" -X POST -H "Content-Type: application/json" -d "$3"
}

# expect STATUS CODE WORDS [PYTHON]: compare them, check the envelope, then run assertions on `data`.
expect() {
    [ "$status" = "$1" ] || fail "status $status instead of $1"
    python3 - "$work" "$2" "$3" "${4:-}" <<'PYTHON' || fail "the answer is not as documented"
import json, re, sys

folder, code, words, assertions = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
body = json.load(open(f"{folder}/body", encoding="utf-8"))
headers = open(f"{folder}/headers", encoding="latin-1").read().lower()
assert "content-type: application/json; charset=utf-8" in headers, headers
assert "x-happo-api-version: v20180701" in headers and "x-request-id: " in headers, headers
assert set(body) == {"success", "error_code", "error_message", "data"}, body
assert (body["success"], body["error_code"], body["error_message"]) == (code == 0, code, words), body
data = body["data"]
assert code == 0 or data is None, body
MONTHS = "January February March April May June July August September October November December".split()
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"


def check_tokens():
    assert set(data) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}, data
    assert (data["expires_in"], data["token_type"], data["scope"]) == (36000, "Bearer", "read write"), data


def check_months(*, sources):
    series, months = data
    assert [one["source"] for one in series] == sources, series
    assert all(len(one["data"]) == 12 for one in series) and len(months) == 12
    assert set(months) == set(MONTHS), months


exec(assertions)
PYTHON
    printf 'ok      %s\n' "$title"
}

ok() {
    expect 200 0 "" "${1:-assert data is None}"
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

client='"client_id": "'$client_id'", "client_secret": "'$client_secret'"'

# --- Authentication -----------------------------------------------------------------------------------------------

get "Without an access token" jobapps/get_jobapps
expect 401 1 "Invalid credentials"

post "Register a user, as in the sample: too common a password" users/register '{
    "first_name": "Joe", "last_name": "Smith", "username": "'"$name"'", "email": "'"$name"'@example.com",
    "password": "123456", "password2": "123456", "client_id": "'"$client_id"'"}'
expect 400 10 "Invalid parameters..."

post "Register a user, with two passwords" users/register '{
    "first_name": "Joe", "last_name": "Smith", "username": "'"$name"'", "email": "'"$name"'@example.com",
    "password": "'"$password"'", "password2": "another", "client_id": "'"$client_id"'"}'
expect 400 7 "Passwords do not match"

post "Register a user" users/register '{
    "first_name": "Joe", "last_name": "Smith", "username": "'"$name"'", "email": "'"$name"'@example.com",
    "password": "'"$password"'", "password2": "'"$password"'", "client_id": "'"$client_id"'"}'
ok

post "Register a user: the name is taken" users/register '{
    "username": "'"$name"'", "email": "other'"$name"'@example.com", "client_id": "'"$client_id"'",
    "password": "'"$password"'", "password2": "'"$password"'"}'
expect 409 8 "That username is taken"

post "Register a user: the e-mail is taken" users/register '{
    "username": "other'"$name"'", "email": "'"$name"'@example.com", "client_id": "'"$client_id"'",
    "password": "'"$password"'", "password2": "'"$password"'"}'
expect 409 9 "That email is being used"

post "Get an access token with a wrong password" users/login \
    '{'"$client"', "username": "'"$name"'", "password": "wrong"}'
expect 401 6 "Could not login... Please check your credentials..."

post "Get an access token with a wrong client secret" users/login '{
    "client_id": "'"$client_id"'", "client_secret": "wrong", "username": "'"$name"'", "password": "'"$password"'"}'
expect 401 1 "Invalid credentials"

post "Get an access token with user name and password" users/login \
    '{'"$client"', "username": "'"$name"'", "password": "'"$password"'"}'
ok 'check_tokens()'
first_token=$(field access_token)

# --- User related API endpoints -----------------------------------------------------------------------------------

token=$first_token
get "The token opens the API" users/get_user_google_mails
ok 'assert data == []'

token=
post "Log out" users/logout '{'"$client"', "token": "'"$first_token"'"}'
ok
token=$first_token
get "A token that was logged out" jobapps/get_jobapps
expect 401 1 "Invalid credentials"
token=
post "Log out a token that isn't ours" users/logout '{'"$client"', "token": "unknown"}'
expect 400 5 "Couldnt logout user..."

post "Get an access token once more" users/login \
    '{'"$client"', "username": "'"$name"'@example.com", "password": "'"$password"'"}'
ok 'check_tokens()'
refresh=$(field refresh_token)

post "Refresh the token" users/refresh_token '{'"$client"', "refresh_token": "'"$refresh"'"}'
ok 'check_tokens()'
mine=$(field access_token)

token=$mine
get "LinkedIn profile of a user without a linked account" users/get_linkedin_profile
expect 404 2 "User profile not found."
get "Sync mail of a user without a mailbox" users/sync_user_emails
expect 404 2 "User profile not found."
post "Update the Gmail token without a token" users/update_gmail_token '{"token": ""}'
expect 400 10 "Invalid parameters..."

if [ -n "$google_token" ]; then
    token=
    post "Get an access token with a Google token" users/auth_social_user \
        '{'"$client"', "provider": "google-oauth2", "token": "'"$google_token"'"}'
    ok 'check_tokens()'
    token=$(field access_token)
    post "Update the Gmail token" users/update_gmail_token '{"token": "'"$google_token"'"}'
    ok
    get "Sync the user's mail" users/sync_user_emails
    ok
    get "Get the user's mail" users/get_user_google_mails
    ok 'assert all(set(one) == {"subject", "body", "date"} for one in data)'
    post "Update the Gmail token with a dead one" users/update_gmail_token '{"token": "ya29.dead"}'
    expect 400 3 "Error occured while updating the google token."
fi
if [ -n "$linkedin_token" ]; then
    token=
    post "Get an access token with a LinkedIn token" users/auth_social_user \
        '{'"$client"', "provider": "linkedin-oauth2", "token": "'"$linkedin_token"'"}'
    ok 'check_tokens()'
    token=$(field access_token)
    get "Get the LinkedIn profile" users/get_linkedin_profile
    ok 'assert {"id", "localizedFirstName", "localizedLastName", "firstName", "lastName"} <= set(data), data'
fi
token=
post "Get an access token with an unknown provider" users/auth_social_user \
    '{'"$client"', "provider": "facebook", "token": "x"}'
expect 400 10 "Invalid parameters..."

# --- Job application related API endpoints --------------------------------------------------------------------------

token=$mine
get "Get job applications: none yet" jobapps/get_jobapps
ok 'assert data == []'

get "Get the statuses" jobapps/get_statuses
ok 'assert data[:5] == [{"id": 1, "value": "Applied"}, {"id": 2, "value": "To Apply"}, {"id": 3, "value": "Phone Screen"},
    {"id": 4, "value": "Onsite Interview"}, {"id": 5, "value": "Offer"}], data'

post "Add a job application" jobapps/add_jobapp '{
    "job_title": "job_title", "status_id": "1", "company": "company_test",
    "application_date": "'"$(date -u +%Y-%m-%d)"'", "source": "Vettery"}'
ok

get "Get job applications" jobapps/get_jobapps
ok 'one, = data
assert {"id", "applicationStatus", "jobTitle", "company", "companyLogo", "applyDate", "msgId", "source", "user"} <= set(one)
assert one["applicationStatus"] == {"id": 1, "value": "Applied"} and one["jobTitle"] == "job_title", one
assert (one["company"], one["companyLogo"], one["msgId"], one["source"]) == ("company_test", None, "", "Vettery"), one
assert re.fullmatch(DATE, one["applyDate"]), one'
jobapp=$(field 0.id)

post "Add a job application without a title" jobapps/add_jobapp '{"status_id": "1", "company": "company_test"}'
expect 400 10 "Invalid parameters..."

post "Add a job application with an unknown status" jobapps/add_jobapp '{
    "job_title": "job_title", "status_id": "99", "company": "company_test", "application_date": "2019-01-31"}'
expect 404 11 "Record not found..."

post "Update a job application" jobapps/update_jobapp \
    '{"jobapp_id": "'"$jobapp"'", "status_id": "3", "rejected": true}'
ok

post "Update a job application, with neither" jobapps/update_jobapp '{"jobapp_id": "'"$jobapp"'"}'
expect 400 10 "Invalid parameters..."

get "Get the status history" "jobapps/get_status_history?jobapp_id=$jobapp"
ok 'assert len(data) == 2
assert all(set(row) == {"applicationStatus", "update_date"} and re.fullmatch(DATE, row["update_date"]) for row in data)'

get "Get the details" "jobapps/get_jobapp_detail?jobapp_id=$jobapp"
ok 'assert data == {"posterInformation": {}, "decoratedJobPosting": {}, "topCardV2": {}}, data'

post "Add a note" jobapps/add_jobapp_note '{"jobapp_id": '"$jobapp"', "description": "test note"}'
ok 'assert set(data) == {"id", "description", "created_date", "update_date"} and data["update_date"] is None, data'
note=$(field id)

post "Update a note" jobapps/update_jobapp_note '{"jobapp_note_id": '"$note"', "description": "test note update"}'
ok

get "Get the notes" "jobapps/get_jobapp_notes?jobapp_id=$jobapp"
ok 'one, = data
assert one["description"] == "test note update" and re.fullmatch(DATE, one["update_date"]), one'

post "Delete a note" jobapps/delete_jobapp_note '{"jobapp_note_id": '"$note"'}'
ok

post "Delete a note that is gone" jobapps/delete_jobapp_note '{"jobapp_note_id": '"$note"'}'
expect 404 11 "Record not found..."

# --- Metrics related API endpoints ----------------------------------------------------------------------------------

boards='"Hired.com", "LinkedIn", "Indeed", "Vettery", "Others"'
get "Get the total" metrics/get_total_application_count
ok 'assert data == {"count": 1}, data'

get "Get the count by month" metrics/get_application_count_by_month
ok 'check_months(sources=['"$boards"'])
assert data[0][3]["data"] == [0] * 11 + [1], data[0]'

get "Get the count by month with total" metrics/get_application_count_by_month_with_total
ok 'check_months(sources=['"$boards"', "Total"])
assert data[0][5]["data"] == [0] * 11 + [1], data[0]'

get "Get the count by statuses" metrics/get_count_by_statuses
ok 'assert data == [{"name": "Phone Screen", "value": 1}], data'

get "Get the word count" metrics/get_word_count
ok 'assert data == [{"word": "company_test", "value": 1}], data'

get "Get the count by title and status" metrics/get_count_by_jobtitle_and_statuses
ok 'assert data == {"jobs": ["job_title"], "statuses": ["Phone Screen"],
    "data": [{"name": "Phone Screen", "data": [1]}]}, data'

post "Delete a job application" jobapps/delete_jobapp '{"jobapp_id": "'"$jobapp"'"}'
ok

get "A job application that was deleted" "jobapps/get_jobapp_detail?jobapp_id=$jobapp"
expect 404 11 "Record not found..."

# --- A refresh token that is used twice ------------------------------------------------------------------------------

token=
post "Refresh with the used token: it ends the session" users/refresh_token \
    '{'"$client"', "refresh_token": "'"$refresh"'"}'
expect 401 1 "Invalid credentials"
token=$mine
get "The session has ended" jobapps/get_jobapps
expect 401 1 "Invalid credentials"

echo "All requests of the JobHax API answer as documented."
