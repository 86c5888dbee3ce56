"""Keeps a user's applications as the user's mail, edits and deletions make them."""

from core.jobsearch.matching import find_changes
from core.jobsearch.matching.values import Changes
from core.mail.changes import store_changes
from core.mail.facts import UserFacts, load_facts


def match_mail(user_id: int) -> tuple[UserFacts, Changes]:
    """Match all stored mail of the user anew, and store what that changes; return what was known before, and that.

    The caller holds the user's lock, in a transaction.
    """
    known = load_facts(user_id)
    changes = find_changes(known.applications, known.facts)
    store_changes(user_id, changes, known=known)
    return known, changes
