"""The schema `happo_audit`: what makes the logs append-only and seals them. docs/decisions/0020 has the reasons.

A trigger notes each new entry in `pending`, in the writer's transaction and without a lock that writers share. A worker
takes the noted entries and adds a seal: their ids and digests, chained to the log's seal before. Tenants' roles see
nothing of this schema; the application's role reads it, and changes it through the functions alone, which run with
their owner's rights. `log` is the name of a schema: a tenant's, or `public` for the log of the installation.
"""

from typing import Final

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from tenants.database.base import DatabaseWrapper

# Days. The application's role can't remove younger entries, whatever the setting says.
KEPT_AT_LEAST: Final = 30
_TABLES: Final = ("pending", "seal", "head", "checkpoint")

_TABLES_SQL = sql.SQL(
    """
    CREATE SCHEMA IF NOT EXISTS happo_audit;
    GRANT USAGE ON SCHEMA happo_audit TO {application};

    CREATE TABLE IF NOT EXISTS happo_audit.pending (log text NOT NULL, ids bigint[] NOT NULL);
    CREATE INDEX IF NOT EXISTS pending_of_log ON happo_audit.pending (log);

    -- `digests`: 32 bytes for each of `ids`. `day`: of all its entries, in UTC.
    CREATE TABLE IF NOT EXISTS happo_audit.seal (
        log text NOT NULL,
        number bigint NOT NULL,
        day date NOT NULL,
        ids bigint[] NOT NULL,
        digests bytea NOT NULL CHECK (length(digests) = 32 * cardinality(ids)),
        hash bytea NOT NULL,
        signature bytea NOT NULL,
        sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (log, number)
    );
    -- The newest seal of each log. Without it, seals could be removed from the end.
    CREATE TABLE IF NOT EXISTS happo_audit.head (
        log text PRIMARY KEY,
        number bigint NOT NULL,
        hash bytea NOT NULL,
        signature bytea NOT NULL
    );
    -- The last of the seals that retention has removed, with their entries.
    CREATE TABLE IF NOT EXISTS happo_audit.checkpoint (
        log text NOT NULL,
        number bigint NOT NULL,
        hash bytea NOT NULL,
        signature bytea NOT NULL,
        made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (log, number)
    );
    REVOKE ALL ON ALL TABLES IN SCHEMA happo_audit FROM PUBLIC, {application};
    GRANT SELECT ON ALL TABLES IN SCHEMA happo_audit TO {application};
    """
)
_NOTING = sql.SQL(
    """
    CREATE OR REPLACE FUNCTION happo_audit.note_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    BEGIN
        INSERT INTO happo_audit.pending (log, ids)
        SELECT TG_TABLE_SCHEMA, array_agg(id ORDER BY id) FROM added HAVING count(*) > 0;
        RETURN NULL;
    END
    $function$;

    DO $do$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'note_entries'
                       AND tgrelid = 'public.tenants_auditentry'::regclass) THEN
            -- Those that earlier code has added.
            INSERT INTO happo_audit.pending (log, ids)
            SELECT 'public', array_agg(id ORDER BY id) FROM public.tenants_auditentry
            HAVING count(*) > 0;
            CREATE TRIGGER note_entries AFTER INSERT ON public.tenants_auditentry
            REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION happo_audit.note_entries();
        END IF;
    END
    $do$;
    """
)
_SEALING = sql.SQL(
    """
    -- Takes the ids of noted entries of a log, at most about `most`. Two that seal one log wait for
    -- each other until they commit.
    CREATE OR REPLACE FUNCTION happo_audit.take(of_log text, most integer) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    DECLARE
        taken bigint[];
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('seals of ' || of_log, 0));
        WITH chosen AS MATERIALIZED (
            SELECT ctid FROM happo_audit.pending WHERE log = of_log LIMIT most
        ), deleted AS (
            DELETE FROM happo_audit.pending
             WHERE ctid = ANY (ARRAY(SELECT ctid FROM chosen)) RETURNING ids
        )
        SELECT array_agg(DISTINCT id ORDER BY id) INTO taken
          FROM deleted, unnest(deleted.ids) AS id;
        RETURN coalesce(taken, '{{}}');
    END
    $function$;

    CREATE OR REPLACE FUNCTION happo_audit.add_seal(
        of_log text, next_number bigint, of_day date, sealed bigint[], their_digests bytea,
        seal_hash bytea, seal_signature bytea, head_signature bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    BEGIN
        INSERT INTO happo_audit.seal (log, number, day, ids, digests, hash, signature)
        VALUES (of_log, next_number, of_day, sealed, their_digests, seal_hash, seal_signature);
        INSERT INTO happo_audit.head AS head (log, number, hash, signature)
        VALUES (of_log, next_number, seal_hash, head_signature)
        ON CONFLICT (log) DO UPDATE
            SET number = excluded.number, hash = excluded.hash, signature = excluded.signature
          WHERE head.number = excluded.number - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the seal % of % does not follow the last one', next_number, of_log;
        END IF;
    END
    $function$;
    """
)
_RETENTION = sql.SQL(
    """
    -- Removes the seals up to `last_number` with their entries, all of days that ended more than
    -- `kept` days ago; returns the number of entries. `signature` is of the checkpoint.
    CREATE OR REPLACE FUNCTION happo_audit.remove_sealed(
        of_log text, last_number bigint, kept integer, checkpoint_signature bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    DECLARE
        last_hash bytea;
        of_table text := CASE of_log WHEN 'public' THEN 'tenants_auditentry' ELSE 'audit_entry' END;
        removed bigint;
    BEGIN
        IF kept IS NULL OR kept < {kept_at_least} THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'entries of the audit log are kept for {kept_at_least} days at least';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('retention of ' || of_log, 0));
        PERFORM pg_advisory_xact_lock(hashtextextended('seals of ' || of_log, 0));
        IF EXISTS (SELECT FROM happo_audit.seal
                    WHERE log = of_log AND number <= last_number
                      AND day >= (now() AT TIME ZONE 'UTC')::date - kept) THEN
            RAISE insufficient_privilege USING MESSAGE = 'a seal is too young to be removed';
        END IF;
        SELECT hash INTO STRICT last_hash FROM happo_audit.seal
         WHERE log = of_log AND number = last_number;
        INSERT INTO happo_audit.checkpoint (log, number, hash, signature)
        VALUES (of_log, last_number, last_hash, checkpoint_signature);
        EXECUTE format($$
            DELETE FROM %I.%I WHERE id = ANY (ARRAY(
                SELECT unnest(ids) FROM happo_audit.seal WHERE log = $1 AND number <= $2)) $$,
            of_log, of_table)
          USING of_log, last_number;
        GET DIAGNOSTICS removed = ROW_COUNT;
        DELETE FROM happo_audit.seal WHERE log = of_log AND number <= last_number;
        RETURN removed;
    END
    $function$;

    REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA happo_audit FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION happo_audit.take, happo_audit.add_seal, happo_audit.remove_sealed
      TO {application};
    """
)


def make_audit_schema() -> None:
    """Create or update the schema. Needs the owner role, and the tables of `public`."""
    names = {
        "application": sql.Identifier(settings.DATABASES["default"]["USER"]),
        "kept_at_least": sql.SQL(str(KEPT_AT_LEAST)),
    }
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for part in (_TABLES_SQL, _NOTING, _SEALING, _RETENTION):
            cursor.execute(part.format(**names))


def forget_log(connection: DatabaseWrapper, schema: str) -> None:
    """Delete the seals of a log that is dropped with its schema. Needs the owner role."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                sql.SQL("DELETE FROM happo_audit.{} WHERE log = %s").format(sql.Identifier(table)),
                [schema],
            )
