"""The job queue's schema `happo_jobs`: the function through which tenants enqueue, and the outcomes of jobs.

procrastinate's tables are in `public`, where tenants' roles can't look. `happo_jobs.enqueue` runs with its owner's
rights and takes the tenant from the role, so that no tenant can enqueue in another tenant's name.
"""

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

QUEUE = "happo"

_SCHEMA = sql.SQL(
    """
    CREATE SCHEMA IF NOT EXISTS happo_jobs;
    GRANT USAGE ON SCHEMA happo_jobs TO PUBLIC;

    CREATE TABLE IF NOT EXISTS happo_jobs.record (
        job_id bigint PRIMARY KEY REFERENCES public.procrastinate_jobs ON DELETE CASCADE,
        -- Set in the transaction of the job's work, so that it isn't done again.
        done boolean NOT NULL,
        outcome text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    REVOKE ALL ON happo_jobs.record FROM PUBLIC;
    GRANT SELECT, INSERT, UPDATE ON happo_jobs.record TO {application};

    CREATE OR REPLACE FUNCTION happo_jobs.enqueue(task text, key text, arguments jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
    DECLARE
        -- In this function current_user is its owner; the setting `role` is still the caller's.
        tenant text := current_setting('role');
        lock_name text := tenant || ':' || task || ':' || key;
        job bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM public.tenants_tenant WHERE schema_name = tenant) THEN
            RAISE insufficient_privilege USING MESSAGE = 'only a tenant''s role enqueues jobs';
        END IF;
        INSERT INTO public.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
        VALUES ({queue}, task, lock_name, lock_name, jsonb_build_object('tenant', tenant, 'arguments', arguments))
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
        RETURNING id INTO job;
        RETURN job;
    END
    $function$;
    """
)


def make_job_schema() -> None:
    """Create or update the schema. Needs the owner role, and procrastinate's tables."""
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(_SCHEMA.format(application=application, queue=sql.Literal(QUEUE)))
