"""Turns what a user's mail says into applications: a function of values, without a database.

All facts are put into one order that depends on nothing but the facts, and folded into applications; what differs from
the stored applications is the result. So the order in which mail arrives doesn't matter.
"""

from core.jobsearch.matching.changes import find_changes
from core.jobsearch.matching.templates import template_of

__all__ = ["find_changes", "template_of"]
