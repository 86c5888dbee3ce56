"""The schema `happo_quotas`: functions that count what a tenant uses, and refuse what is beyond its quota.

Triggers of each tenant's tables call them (`core.quotas.migrations`), so that no code can forget to count. Requests of
one tenant that count the same thing wait for each other's row until they commit: a limit holds for any number of
simultaneous requests. The limit itself is read from `public`, where tenants' roles can't look, for the tenant whose
role is set; without one, as in a command of the owner, there is no limit.
"""

from django.db import connections, transaction
from psycopg import sql

from core.quotas.queries import REFUSED
from core.quotas.values import QUOTAS

_LIMITS = sql.SQL(
    """
    CREATE SCHEMA IF NOT EXISTS happo_quotas;
    GRANT USAGE ON SCHEMA happo_quotas TO PUBLIC;

    -- NULL where no tenant's role is set.
    CREATE OR REPLACE FUNCTION happo_quotas.limit_of(quota text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $function$
        SELECT coalesce(chosen.maximum, (
                   SELECT usual.maximum FROM (VALUES {defaults}) AS usual (name, maximum)
                    WHERE usual.name = limit_of.quota))
          FROM tenants_tenant tenant
          LEFT JOIN tenants_quota chosen
            ON chosen.tenant_id = tenant.id AND chosen.name = limit_of.quota
         WHERE tenant.schema_name = current_setting('role')
    $function$;

    CREATE OR REPLACE FUNCTION happo_quotas.refuse(quota text, maximum bigint, retry_after bigint)
    RETURNS void LANGUAGE plpgsql AS $function$
    BEGIN
        RAISE EXCEPTION USING
            ERRCODE = {refused},
            MESSAGE = format('the quota %s of %s is used up', quota, maximum),
            DETAIL = json_build_object(
                'quota', quota, 'limit', maximum, 'retry_after', retry_after)::text;
    END
    $function$;

    -- Dynamic, because a schema without a role on the search path must find the table too.
    CREATE OR REPLACE FUNCTION happo_quotas.add(
        in_schema text, quota text, subject text, change bigint) RETURNS void
    LANGUAGE plpgsql AS $function$
    DECLARE
        total bigint;
        maximum bigint;
    BEGIN
        IF change = 0 THEN
            RETURN;
        END IF;
        EXECUTE format($$
            INSERT INTO %I.quotas_quotausage AS usage (quota, subject, used)
            VALUES ($1, $2, greatest(0, $3))
            ON CONFLICT (quota, subject) DO UPDATE SET used = greatest(0, usage.used + $3)
            RETURNING used $$, in_schema)
           INTO total USING quota, subject, change;
        IF change < 0 THEN
            IF total = 0 THEN
                EXECUTE format($$
                    DELETE FROM %I.quotas_quotausage WHERE quota = $1 AND subject = $2 $$,
                    in_schema)
                  USING quota, subject;
            END IF;
            RETURN;
        END IF;
        maximum := happo_quotas.limit_of(quota);
        IF total > maximum THEN
            PERFORM happo_quotas.refuse(quota, maximum, NULL);
        END IF;
    END
    $function$;
    """
)
# `changed` is the transition table of the triggers for statements.
_COUNTS = sql.SQL(
    """
    CREATE OR REPLACE FUNCTION happo_quotas.count_storage() RETURNS trigger
    LANGUAGE plpgsql AS $function$
    DECLARE
        bytes bigint := coalesce((SELECT sum(size) FROM changed), 0);
    BEGIN
        PERFORM happo_quotas.add(TG_TABLE_SCHEMA::text, 'storage', '',
            CASE TG_OP WHEN 'INSERT' THEN bytes ELSE -bytes END);
        RETURN NULL;
    END
    $function$;

    CREATE OR REPLACE FUNCTION happo_quotas.count_positions() RETURNS trigger
    LANGUAGE plpgsql AS $function$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            PERFORM happo_quotas.add(TG_TABLE_SCHEMA::text, 'positions', '',
                CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END);
        ELSE
            PERFORM happo_quotas.add(TG_TABLE_SCHEMA::text, 'positions', '',
                CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
                * (SELECT count(*) FROM changed WHERE deleted_at IS NULL));
        END IF;
        RETURN NULL;
    END
    $function$;

    CREATE OR REPLACE FUNCTION happo_quotas.count_candidates() RETURNS trigger
    LANGUAGE plpgsql AS $function$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            PERFORM happo_quotas.add(TG_TABLE_SCHEMA::text, 'candidates', NEW.position_id::text,
                CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END);
        ELSE
            -- In the order of the positions, so that two statements can't deadlock.
            PERFORM happo_quotas.add(
                TG_TABLE_SCHEMA::text, 'candidates', counted.position_id::text,
                CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * counted.candidates)
               FROM (SELECT position_id, count(*) AS candidates
                       FROM changed WHERE deleted_at IS NULL
                      GROUP BY position_id ORDER BY position_id) AS counted;
        END IF;
        RETURN NULL;
    END
    $function$;

    -- Counted by minute, in any 60 whole minutes and the running one.
    CREATE OR REPLACE FUNCTION happo_quotas.count_invitations() RETURNS trigger
    LANGUAGE plpgsql AS $function$
    DECLARE
        invited bigint := (SELECT count(*) FROM changed WHERE NOT is_registered);
        maximum bigint;
        total bigint;
        oldest text;
    BEGIN
        IF invited = 0 THEN
            RETURN NULL;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('invitations of ' || TG_TABLE_SCHEMA, 0));
        EXECUTE format($$
            DELETE FROM %I.quotas_quotausage WHERE quota = 'invitations' AND subject < $1 $$,
            TG_TABLE_SCHEMA)
          USING happo_quotas.minute_of(clock_timestamp() - interval '1 hour');
        EXECUTE format($$
            INSERT INTO %I.quotas_quotausage AS usage (quota, subject, used)
            VALUES ('invitations', $1, $2)
            ON CONFLICT (quota, subject) DO UPDATE SET used = usage.used + $2 $$, TG_TABLE_SCHEMA)
          USING happo_quotas.minute_of(clock_timestamp()), invited;
        EXECUTE format($$
            SELECT sum(used), min(subject) FROM %I.quotas_quotausage WHERE quota = 'invitations' $$,
            TG_TABLE_SCHEMA)
           INTO total, oldest;
        maximum := happo_quotas.limit_of('invitations');
        IF total > maximum THEN
            PERFORM happo_quotas.refuse('invitations', maximum, greatest(1, 3660 - ceil(extract(
                epoch FROM clock_timestamp() - (oldest || 'Z')::timestamptz))::bigint));
        END IF;
        RETURN NULL;
    END
    $function$;

    CREATE OR REPLACE FUNCTION happo_quotas.minute_of(moment timestamptz) RETURNS text
    LANGUAGE sql IMMUTABLE AS $function$
        SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI')
    $function$;
    """
)


def make_quota_schema() -> None:
    """Create or update the schema. Needs the owner role, and the tables of `public`."""
    defaults = sql.SQL(", ").join(
        sql.SQL("({}, {}::bigint)").format(sql.Literal(name), sql.Literal(quota.default))
        for name, quota in QUOTAS.items()
    )
    parts = {"defaults": defaults, "refused": sql.Literal(REFUSED)}
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for part in (_LIMITS, _COUNTS):
            cursor.execute(part.format(**parts))
