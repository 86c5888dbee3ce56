"""Generated statements: what PostgreSQL's own parser calls a change of the session never gets through."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pglast import ast, parse_sql
from pglast.parser import ParseError
from pglast.visitors import Visitor

from tenants.context import TenantRef
from tenants.database.guard import SessionChangeRefused, changes_session

WORK_WITH_ROWS = (
    ast.SelectStmt,
    ast.InsertStmt,
    ast.UpdateStmt,
    ast.DeleteStmt,
    ast.MergeStmt,
    ast.ExplainStmt,
    ast.LockStmt,
    ast.VariableShowStmt,
    ast.NotifyStmt,
    ast.ConstraintsSetStmt,
)
LOCAL = {"statement_timeout", "lock_timeout", "synchronous_commit"}

# --- what is generated ----------------------------------------------------------------------------------------

HARMFUL = """
set role t2 | set local role t2 | set session role t2 | reset role | reset all
set search_path to t2 | set schema 't2' | set session authorization default | set time zone 'UTC'
discard all | begin | commit | rollback | savepoint x | rollback to x | do $$begin$$ | call p()
prepare p as select 1 | execute p | listen x | set names 'x' | declare c cursor for select 1
copy t to stdout | create table x () | alter role x set role = t2
select set_config('role', 't2', false) | set local search_path = t2 | truncate t
set statement_timeout = 0 | explain select set_config('role', 't2', false)
update pg_settings set setting = 't2' where name = 'role'
with x as (select 1) select "set_config"('a', 'b', true) from x
select u&"set\\005fconfig"('a', 'b', true)
"""
HARMLESS = r"""
select 1 | (select 1) | select ';reset role' | select e'\';reset role' | select $$;set role t2$$
values (1) | table t | insert into t values (1) | update t set role = 1 | delete from t
show role | lock table t | explain analyze select 1 | notify x | set constraints all deferred
set local statement_timeout = 1 | set transaction isolation level serializable
with x as (select 1) select * from x; | select 1 as "set role"
merge into t using s on true when matched then do nothing
"""
SPACES = (
    *(" ", "\n", "\t", "\r", "\f", "\v", "", "\xa0", "\u2003", "\u200b", "\x1c", "\x85", "%%"),
    *("/**/", "/* ; */", "/*/*'*/*/", "/*", "*/", "--\n", "-- '\r", "--", "(", ")", ";", ","),
)
WORDS = """
select insert update delete merge with values table explain analyze lock show notify listen set
reset local session role authorization none search_path schema constraints all immediate
transaction isolation level serializable to = default statement_timeout discard begin commit
rollback savepoint release do call prepare execute as copy declare cursor for fetch close create
drop alter grant revoke truncate from into where returning on t2 a 1 set_config pg_settings
pg_catalog. public. "set_config" current_user
"""
ODD_LETTERS = ("", "\u017f", "\u212a", "\u20ac", "\u0130", "\xb5", "$", "_", "1", "\0")
LITERALS = (
    *("'a'", "''", "'", "'''", r"E'\\'", r"E'a\''", "E'a'\n'\\''", r"e'\\\\'", "U&'a'"),
    r'U&"r\006fle"',
    *("""u&"a" UESCAPE '!'""", "B'1'", "N'a'", "$$", "$a$", "$$;$$", "$a$ ' $a$", "a$$"),
    *("\u20ac$$", "$1", '"'),
    *('"a"', '"a""b"', '"role"', "set_config('role', 'none', false)", "; RESET ROLE", ";SELECT 1"),
    *("\\", "%s"),
    "; SET ROLE t2",
)  # fmt: skip


def _listed(text: str) -> list[str]:
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|")]


@st.composite
def _respelt(draw: Any, statement: str) -> str:
    """`statement` with comments and spaces between its words, in a mixture of cases."""
    gaps = st.sampled_from((" ", "\n", "/* x */", " -- y\n", "\t/*/**/*/ "))
    words = []
    for word in statement.split(" "):
        # In quotes a letter's case counts.
        change = draw(_case) if "'" not in word and '"' not in word else str
        words += [change(word), draw(gaps)]
    return draw(st.sampled_from(("", " ", "/* a */", "-- b\n", "\n"))) + "".join(words[:-1])


_case = st.sampled_from((str, str.upper, str.title))
_space, _literal = st.sampled_from(SPACES), st.sampled_from(LITERALS)
_word = st.tuples(st.sampled_from(WORDS.split()), _case, st.sampled_from(ODD_LETTERS)).map(
    lambda part: part[1](part[0]) + part[2]
)
_pieces = st.lists(st.one_of(st.sampled_from(WORDS.split()), _word, _space, _literal), max_size=9)
harmful, harmless = st.sampled_from(_listed(HARMFUL)), st.sampled_from(_listed(HARMLESS))
statements = st.one_of(
    _pieces.map(" ".join),
    _pieces.map("".join),
    harmful.flatmap(_respelt),
    st.tuples(harmless, _literal, _pieces.map("".join)).map(" ".join),
    st.tuples(harmless, _space, harmful).map("".join),
)

# --- what PostgreSQL's parser says ------------------------------------------------------------------------------


class _Names(Visitor):
    """The functions and relations that a statement names."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_FuncCall(self, ancestors: Any, node: ast.FuncCall) -> None:  # noqa: N802 - pglast's name
        self.found.add(node.funcname[-1].sval)

    def visit_RangeVar(self, ancestors: Any, node: ast.RangeVar) -> None:  # noqa: N802 - pglast's name
        self.found.add(node.relname)


def parsed(statement: str) -> tuple[ast.RawStmt, ...]:
    """Return the statements that PostgreSQL reads; none where it refuses the text. libpq ends text at a NUL."""
    try:
        return tuple(parse_sql(statement.partition("\0")[0]))
    except (ParseError, UnicodeError):
        return ()


def is_harmful(statement: ast.RawStmt) -> bool:
    """Tell whether one statement does anything but work with rows."""
    node, names = statement.stmt, _Names()
    names(node)
    if names.found & {"set_config", "pg_settings"}:
        return True
    if isinstance(node, ast.VariableSetStmt):
        return not ((node.is_local and node.name in LOCAL) or node.name == "TRANSACTION")
    return not isinstance(node, WORK_WITH_ROWS)


@settings(max_examples=1500, deadline=None)
@given(statements)
@example("SELECT E'a'\n'\\''; RESET ROLE --'")
def test_the_guard_refuses_what_the_parser_calls_harmful(statement: str) -> None:
    found = parsed(statement)
    # Several statements in one text are refused by the protocol.
    if len(found) == 1 and is_harmful(found[0]):
        assert changes_session(statement)


@settings(max_examples=500, deadline=None)
@given(harmful.flatmap(_respelt))
def test_harmful_statements_are_refused_in_every_spelling(statement: str) -> None:
    assert parsed(statement)
    assert changes_session(statement)


@settings(max_examples=500, deadline=None)
@given(harmless.flatmap(_respelt))
def test_harmless_statements_pass_in_every_spelling(statement: str) -> None:
    (found,) = parsed(statement)
    assert not is_harmful(found)
    assert not changes_session(statement)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(statement=statements)
@pytest.mark.parametrize("params", [None, ()])
def test_no_statement_leaves_the_tenant(
    acme: TenantRef, params: tuple[()] | None, statement: str
) -> None:
    refused = False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except (SessionChangeRefused, DatabaseError, psycopg.Error, UnicodeError, ValueError):
        refused = True
    state = psycopg.Cursor(connection.connection).execute(
        "SELECT current_user, session_user, current_schema()"
    )
    assert state.fetchone() == (acme.schema_name, "happo_app", acme.schema_name)
    if len(parsed(statement)) > 1 and "%" not in statement:
        assert refused
