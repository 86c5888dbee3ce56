"""The mailbox of a user at Gmail: what was found by a search at first, then what is new in its history."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from plugins.gmail.answers import PAGE_SIZE, History, Page, Profile
from plugins.gmail.bringing import Bringing
from plugins.gmail.cursor import MAX_DONE, MAX_UNFOUND, Cursor, read_cursor
from plugins.gmail.requests import GmailRequests, Refused
from plugins.gmail.search import build_query
from providers.contracts import CursorExpired, Fetched, MailboxContext, ProviderUnavailable

# Google allows a user of a new project 6,000 units a minute: 5 mails a second, which two connections reach.
CONNECTIONS = 4
# Of 500 entries each: a server that gives more of them never ends.
MAX_PAGES = 2000


class GmailMailbox:
    """Reads with the scope `gmail.readonly`; it changes nothing, not even what counts as read."""

    name = "gmail"
    account_provider = "google-oauth2"

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        """Yield the mails that the search finds; with a cursor, those of them that are new.

        Units of Google's quota: 1 + 5 for 500 mails + 20 for each at first, then 2 where nothing is new.
        """
        if not context.search:
            return
        requests = GmailRequests(self.name, context)
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="gmail") as threads:
            place = _begin(requests) if cursor is None else read_cursor(cursor, mailbox=self.name)
            bringing = Bringing(requests, threads, place)
            fetch = _Fetch(requests, bringing, build_query(context.search))
            yield from fetch.read_list() if place.listing else fetch.read_history()
            # Last, so that mails which never come hold no other up.
            yield from bringing.try_again(place.again)


def _begin(requests: GmailRequests) -> Cursor:
    # Asked for before the list: what comes in between is in the history.
    profile = requests.get_or_fail("profile", Profile)
    return Cursor(history=profile.history_id, listing=True)


class _Fetch:
    def __init__(self, requests: GmailRequests, bringing: Bringing, query: str) -> None:
        self._requests, self._bringing, self._query = requests, bringing, query
        self._is_resumed = bool(bringing.place.page)
        # Of this fetch, in which each comes once.
        self._tokens = {bringing.place.page}

    def read_list(self) -> Iterator[Fetched]:
        """Yield what the search finds, newest first."""
        while True:
            page = self._get_page_at_hand()
            ids = [message.id for message in page.messages]
            pages = self._bringing.place.pages + 1
            if page.next_page and (pages >= MAX_PAGES or not self._is_new(page.next_page)):
                # The cursor stays at this page, of which all was brought.
                yield from self._bringing.bring(ids)
                raise self._malformed()
            yield from self._bringing.bring(
                ids,
                page=page.next_page,
                pages=pages if page.next_page else 0,
                listing=bool(page.next_page),
                done=(),
            )
            if not page.next_page:
                return

    def read_history(self) -> Iterator[Fetched]:
        """Yield what came since, of what the search finds: a new mail that is private is not even asked for."""
        start, page, unfound = self._bringing.place.history, "", tuple[str, ...]()
        found: frozenset[str] | None = None
        for _ in range(MAX_PAGES):
            history = self._get_history(start, page)
            new = history.find_new()
            if new and found is None:
                found = self._find_all()
            found_now = found or frozenset()
            known = (*self._bringing.place.unfound, *new)
            wanted = list(dict.fromkeys(one for one in known if one in found_now))
            if len(wanted) > MAX_DONE:
                # More than a cursor remembers of one page: the list has shorter ones.
                raise CursorExpired(GmailMailbox.name)
            unfound = (*unfound, *(one for one in new if one not in found_now))[-MAX_UNFOUND:]
            last = history.records[-1].id if history.records else self._bringing.place.history
            yield from self._bringing.bring(
                wanted,
                history=last if history.next_page else history.history_id,
                unfound=unfound if found is not None else self._bringing.place.unfound,
                done=(),
            )
            page = history.next_page
            if not page:
                return
            if not self._is_new(page):
                break
        raise self._malformed()

    def _get_page_at_hand(self) -> Page:
        page = self._bringing.place.page
        if self._is_resumed:
            try:
                return self._requests.get("messages", Page, self._ask_for(page))
            except Refused:
                # The token of the page, from an earlier fetch, is too old. Mail that is brought twice counts once.
                page, self._is_resumed, self._tokens = "", False, {""}
                self._bringing.move(page="", done=())
        return self._get_page(page)

    def _get_page(self, page: str) -> Page:
        return self._requests.get_or_fail("messages", Page, self._ask_for(page))

    def _ask_for(self, page: str) -> dict[str, str]:
        token = {"pageToken": page} if page else {}
        return {"q": self._query, "maxResults": str(PAGE_SIZE)} | token

    def _get_history(self, start: str, page: str) -> History:
        token = {"pageToken": page} if page else {}
        # All types of changes: a mail that the user takes out of spam is new too.
        params = {"startHistoryId": start, "maxResults": str(PAGE_SIZE)} | token
        try:
            history = self._requests.get("history", History, params)
        except Refused:
            # Gmail keeps the history for a week, rarely for hours only.
            raise CursorExpired(GmailMailbox.name) from None
        if not history.goes_on_from(self._bringing.place.history):
            # It is no longer the one of the cursor: what came in between is in the list alone.
            raise CursorExpired(GmailMailbox.name)
        return history

    def _find_all(self) -> frozenset[str]:
        """Return the ids of all mails that the search finds: 5 units for 500, where one mail costs 20."""
        ids, page, tokens = set[str](), "", set[str]()
        for _ in range(MAX_PAGES):
            listed = self._get_page(page)
            ids |= {message.id for message in listed.messages}
            page = listed.next_page
            if not page:
                return frozenset(ids)
            if page in tokens:
                break
            tokens.add(page)
        raise self._malformed()

    def _is_new(self, token: str) -> bool:
        """Tell whether the token of a page comes for the first time: with another one the pages would never end."""
        is_new = token not in self._tokens
        self._tokens.add(token)
        return is_new

    def _malformed(self) -> ProviderUnavailable:
        return ProviderUnavailable(GmailMailbox.name, "malformed")
