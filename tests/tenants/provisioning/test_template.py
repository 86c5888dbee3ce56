"""The batch that makes a tenant's schema does what Django's migrations do, whatever they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from psycopg import sql

from tenants.database.base import DatabaseWrapper
from tenants.database.owner import owner_connection
from tenants.models import SchemaTemplate
from tenants.provisioning.migrating import migrate_everything
from tenants.provisioning.recording import SETTLE
from tenants.provisioning.template import migrate_schema, template_batch
from tests.tenants.provisioning.migration_files import migration_files

# Everything that makes one schema different from another, but for their names.
_SHAPE = """
    SELECT 'column', c.relname,
           a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
           || ' ' || a.attidentity::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = %(schema)s::regnamespace AND a.attnum > 0 AND c.relkind IN ('r', 'S')
    UNION ALL
    SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s::text
    UNION ALL
    SELECT 'trigger', tgname, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
     WHERE c.relnamespace = %(schema)s::regnamespace AND NOT tgisinternal
    UNION ALL
    SELECT 'sequence', sequencename,
           format_type(data_type, -1) || ' ' || coalesce(last_value::text, '')
      FROM pg_sequences WHERE schemaname = %(schema)s::text
    UNION ALL
    SELECT 'other', relkind::text, relname FROM pg_class
     WHERE relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'comment', objsubid::text, description
      FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
     WHERE c.relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
"""


def shape_of(owner: DatabaseWrapper, schema: str) -> set[tuple[str, ...]]:
    """Return all that PostgreSQL's catalogs say of a schema, and its rows."""
    with owner.cursor() as cursor:
        cursor.execute(_SHAPE, {"schema": schema})
        shape = {tuple(text.replace(f"{schema}.", "") for text in row) for row in cursor.fetchall()}
        for table in sorted(name for kind, what, name in shape if (kind, what) == ("other", "r")):
            query = sql.SQL("SELECT (to_jsonb(t) - 'applied')::text FROM {} t")
            cursor.execute(query.format(sql.Identifier(schema, table)))
            shape |= {("row", table, row) for (row,) in cursor.fetchall()}
        return shape


@contextmanager
def two_schemas(owner: DatabaseWrapper) -> Iterator[tuple[str, str]]:
    """Two empty schemas, dropped at the end."""
    names = "by_django", "by_batch"
    with owner.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE SCHEMA {name}")
        try:
            yield names
        finally:
            for name in names:
                cursor.execute(f"DROP SCHEMA {name} CASCADE")


def assert_equal_to_django(owner: DatabaseWrapper) -> set[tuple[str, ...]]:
    """Compare a schema that the batch has made with one that Django has; return what is in both."""
    with two_schemas(owner) as (by_django, by_batch):
        migrate_schema(owner, by_django)
        batch = template_batch(owner)
        with owner.schema_search_path(by_batch), owner.cursor() as cursor:
            cursor.execute(f"BEGIN;{batch};COMMIT")
        made = shape_of(owner, by_batch)
        assert made == shape_of(owner, by_django)
        return made


def test_it_makes_what_the_migrations_of_today_make(own_database: str) -> None:
    with owner_connection() as owner:
        made = assert_equal_to_django(owner)
    assert {kind for kind, *_ in made} >= {"column", "constraint", "index", "sequence", "row"}
    assert ("row", "jobsearch_status", '{"id": 1, "value": "Applied"}') in made


def test_it_adds_its_history_by_one_statement_and_settles_only_what_rows_may_have_deferred(
    own_database: str,
) -> None:
    with owner_connection() as owner:
        statements = [one.strip() for one in template_batch(owner).split("\n;\n")]
    assert sum(one.startswith('INSERT INTO "django_migrations"') for one in statements) == 1
    settled = [place for place, statement in enumerate(statements) if statement == SETTLE]
    for before, place in pairwise([-1, *settled]):
        between = statements[before + 1 : place]
        assert not all(one.startswith(("CREATE", "ALTER")) for one in between)


CODE = """
def fill(apps, schema_editor):
    Shelf, Book = (apps.get_model("recruiting", name) for name in ("Shelf", "Book"))
    for number in range(3):
        shelf = Shelf.objects.create(name=f"100 % of {number}; 'quoted' \\\\")
        Book.objects.bulk_create([Book(shelf=shelf), Book(shelf=shelf)])
    Shelf.objects.filter(name__endswith="nothing").delete()
    assert Shelf.objects.get_or_create(name="late")[1]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('recruiting_book', 'id'), 40)")
        cursor.executemany("INSERT INTO recruiting_shelf (name) VALUES (%s)", [["a%"], ["b"]])
"""
AGAIN = """
def again(apps, schema_editor):
    apps.get_model("recruiting", "Book").objects.create(shelf_id=1)
"""
EVERYTHING = (
    """migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True)),
       ("name", models.CharField(max_length=40, unique=True, db_comment="all of it"))])""",
    """migrations.CreateModel("Book", [("id", models.BigAutoField(primary_key=True)),
       ("shelf", models.ForeignKey("recruiting.Shelf", models.CASCADE))])""",
    "migrations.RunPython(fill)",
)


@pytest.mark.parametrize("from_former_batch", [False, True])
def test_it_makes_what_code_and_special_sql_make(
    own_database: str, tmp_path: Path, from_former_batch: bool
) -> None:
    with owner_connection() as owner, migration_files(tmp_path, label="recruiting") as files:
        template_batch(owner)
        files.add("0900_shelves", *EVERYTHING, code=CODE)
        # Rows of the migration before have deferred foreign keys.
        files.add(
            "0901_more", 'migrations.AddField("book", "pages", models.IntegerField(default=1))'
        )
        files.add(
            "0902_index",
            'migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY by_id ON recruiting_book (id)")',
            'migrations.RunSQL("DROP INDEX CONCURRENTLY by_id; ")',
            'migrations.RunSQL("CREATE INDEX CONCURRENTLY by_pages ON recruiting_book (pages)")',
            "migrations.RunPython(again)",
            'migrations.AddField("book", "title", models.CharField(max_length=9, default="-"))',
            code=AGAIN,
            atomic=False,
        )
        files.add(
            "0903_function",
            "migrations.RunSQL(FUNCTION)",
            code='FUNCTION = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;"',
        )
        if from_former_batch:
            migrate_everything()
            assert SchemaTemplate.objects.count() > 1
        else:
            SchemaTemplate.objects.all().delete()
        made = assert_equal_to_django(owner)
    assert {("row", "recruiting_shelf", '{"id": 6, "name": "b"}')} <= made
    assert ("sequence", "recruiting_book_id_seq", "bigint 41") in made
    assert any(text.startswith("CREATE INDEX by_pages") for kind, name, text in made)
