"""The job queue's schema `happo_jobs`: the functions through which jobs get into the queue and out, and their outcomes.

procrastinate's tables are in `public`, where tenants' roles can't look. The functions run with their owner's rights.
`enqueue` takes the tenant from the role, so that no tenant can enqueue in another tenant's name; the others are for
the application's own role. Jobs of the installation itself have `public` in place of a tenant.
"""

from typing import Final

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

QUEUE = "happo"
# Below that of tenants' jobs: of one tenant's jobs, those that a person waits for come first.
PERIODIC_PRIORITY: Final = -1
# More jobs than uncommitted transactions may have enqueued at a time.
UNSEEN_JOBS: Final = 1000
RETRY_AFTER_FULL_QUEUE: Final = 60  # seconds
# Every so many fetches one gives people's jobs no precedence.
PEOPLES_TURNS: Final = 4

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

    CREATE INDEX IF NOT EXISTS happo_jobs_waiting
        ON public.procrastinate_jobs ((args->>'tenant'), priority DESC, id) WHERE status = 'todo';

    -- The number of waiting jobs of a tenant, counted up to `most`. Volatile: it sees what was
    -- committed just before.
    CREATE OR REPLACE FUNCTION happo_jobs.waiting(tenant text, most bigint) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $function$
        SELECT count(*) FROM (
            SELECT FROM procrastinate_jobs j
             WHERE j.status = 'todo' AND j.args->>'tenant' = waiting.tenant LIMIT most) AS counted
    $function$;
    REVOKE EXECUTE ON FUNCTION happo_jobs.waiting FROM PUBLIC;

    CREATE OR REPLACE FUNCTION happo_jobs.enqueue(task text, key text, arguments jsonb)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
    DECLARE
        -- In this function current_user is its owner; the setting `role` is still the caller's.
        tenant text := current_setting('role');
        lock_name text := tenant || ':' || task || ':' || key;
        job bigint;
        maximum bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM public.tenants_tenant WHERE schema_name = tenant) THEN
            RAISE insufficient_privilege USING MESSAGE = 'only a tenant''s role enqueues jobs';
        END IF;
        INSERT INTO public.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
        VALUES ({queue}, task, lock_name, lock_name,
          jsonb_build_object('tenant', tenant, 'arguments', arguments))
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
        RETURNING id INTO job;
        IF job IS NULL THEN
            -- It may have been enqueued without a person who waits for it.
            UPDATE public.procrastinate_jobs j SET priority = 0
             WHERE j.queueing_lock = lock_name AND j.status = 'todo' AND j.priority < 0;
            RETURN NULL;
        END IF;
        -- The jobs of transactions that haven't committed are not seen. Near the limit these wait
        -- for each other.
        maximum := happo_quotas.limit_of('jobs');
        IF happo_jobs.waiting(tenant, maximum + 1) > maximum - {unseen} THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('jobs of ' || tenant, 0));
            IF happo_jobs.waiting(tenant, maximum + 1) > maximum THEN
                PERFORM happo_quotas.refuse('jobs', maximum, {retry_after});
            END IF;
        END IF;
        RETURN job;
    END
    $function$;

    -- As many jobs as the tenant's quota leaves room for, in their order, without those
    -- that wait already; returns their number. Jobs of transactions that haven't committed are not
    -- seen: their number is too small to matter here.
    CREATE OR REPLACE FUNCTION happo_jobs.enqueue_all(task text, jobs jsonb)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
    DECLARE
        tenant text := current_setting('role');
        maximum bigint;
        enqueued bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM public.tenants_tenant WHERE schema_name = tenant) THEN
            RAISE insufficient_privilege USING MESSAGE = 'only a tenant''s role enqueues jobs';
        END IF;
        maximum := happo_quotas.limit_of('jobs');
        INSERT INTO public.procrastinate_jobs
            (queue_name, task_name, priority, lock, queueing_lock, args)
        SELECT {queue}, task, {priority}, lock_name, lock_name,
               jsonb_build_object('tenant', tenant, 'arguments', job.value->'arguments')
          FROM jsonb_array_elements(jobs) WITH ORDINALITY AS job (value, position),
               LATERAL (SELECT tenant || ':' || task || ':' || (job.value->>'key')) lock (lock_name)
         WHERE NOT EXISTS (SELECT FROM public.procrastinate_jobs waiting
                            WHERE waiting.queueing_lock = lock_name AND waiting.status = 'todo')
         ORDER BY job.position LIMIT greatest(maximum - happo_jobs.waiting(tenant, maximum), 0)
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING;
        GET DIAGNOSTICS enqueued = ROW_COUNT;
        RETURN enqueued;
    END
    $function$;
    """
)
# The tenants take turns: a job of the tenant that has the fewest running comes next, and of several that of the tenant
# whose last turn is longest ago, however many jobs others have, and however long theirs take. Within a tenant the order
# is procrastinate's: priority, then age.
#
# Jobs that a person waits for come before all tenants' others, of which each round of periodic work enqueues one for
# every tenant: a person would else wait for a turn of each of them. Every `PEOPLES_TURNS`th job is fetched without that
# precedence, so that the others are done too while people's jobs never end.
_TENANTS_IN_TURN: Final = """
    -- Jumps from tenant to tenant in the index, whatever the number of their jobs.
    WITH RECURSIVE waiting (tenant) AS (
        SELECT min(j.args->>'tenant') FROM procrastinate_jobs j WHERE j.status = 'todo' {which}
        UNION ALL
        SELECT (SELECT min(j.args->>'tenant') FROM procrastinate_jobs j
                 WHERE j.status = 'todo' {which} AND j.args->>'tenant' > w.tenant)
          FROM waiting w WHERE w.tenant IS NOT NULL
    )
    SELECT w.tenant
      FROM waiting w
      LEFT JOIN happo_jobs.turn t ON t.tenant = w.tenant
      LEFT JOIN (SELECT j.args->>'tenant' AS tenant, count(*) AS jobs
                   FROM procrastinate_jobs j WHERE j.status = 'doing'
                  GROUP BY 1) running ON running.tenant = w.tenant
     WHERE w.tenant IS NOT NULL
       -- Its jobs wait: the deletion may be undone.
       AND NOT EXISTS (SELECT FROM tenants_tenant deleted
                        WHERE deleted.schema_name = w.tenant AND deleted.status = 'deleting')
     ORDER BY coalesce(running.jobs, 0), t.taken NULLS FIRST, w.tenant"""
_TURNS = sql.SQL(
    """
    CREATE TABLE IF NOT EXISTS happo_jobs.turn (tenant text PRIMARY KEY, taken bigint NOT NULL);
    CREATE SEQUENCE IF NOT EXISTS happo_jobs.turns;
    REVOKE ALL ON happo_jobs.turn FROM PUBLIC;
    REVOKE ALL ON SEQUENCE happo_jobs.turns FROM PUBLIC;

    CREATE INDEX IF NOT EXISTS happo_jobs_waiting_of_people
        ON public.procrastinate_jobs ((args->>'tenant')) WHERE status = 'todo' AND priority >= 0;

    -- The tenants with waiting jobs, the one whose turn it is first.
    CREATE OR REPLACE FUNCTION happo_jobs.tenants_in_turn(of_people boolean) RETURNS SETOF text
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
    BEGIN
        IF of_people THEN
            RETURN QUERY {tenants_of_people};
        ELSE
            RETURN QUERY {all_tenants};
        END IF;
    END
    $function$;
    REVOKE EXECUTE ON FUNCTION happo_jobs.tenants_in_turn FROM PUBLIC;

    CREATE OR REPLACE FUNCTION happo_jobs.fetch(queues text[], worker bigint)
    RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
    DECLARE
        turn_number bigint := nextval('happo_jobs.turns');
        of_people boolean;
        next_tenant text;
        chosen bigint;
        fetched public.procrastinate_jobs;
    BEGIN
        FOREACH of_people IN ARRAY
            CASE turn_number % {peoples_turns} WHEN 0 THEN ARRAY[false] ELSE ARRAY[true, false] END
        LOOP
            FOR next_tenant IN SELECT * FROM happo_jobs.tenants_in_turn(of_people) LOOP
                SELECT j.id INTO chosen FROM procrastinate_jobs j
                 WHERE j.status = 'todo' AND j.args->>'tenant' = next_tenant
                   AND (NOT of_people OR j.priority >= 0)
                   AND (queues IS NULL OR j.queue_name = ANY (queues))
                   AND (j.scheduled_at IS NULL OR j.scheduled_at <= clock_timestamp())
                   AND NOT EXISTS (
                       SELECT FROM procrastinate_jobs running
                        WHERE running.lock = j.lock AND running.status = 'doing')
                 ORDER BY j.priority DESC, j.id LIMIT 1
                   FOR UPDATE SKIP LOCKED;
                EXIT WHEN chosen IS NOT NULL;
            END LOOP;
            EXIT WHEN chosen IS NOT NULL;
        END LOOP;
        IF chosen IS NOT NULL THEN
            UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker WHERE id = chosen
            RETURNING * INTO fetched;
            INSERT INTO happo_jobs.turn AS t VALUES (next_tenant, turn_number)
            ON CONFLICT (tenant) DO UPDATE SET taken = excluded.taken;
        END IF;
        RETURN fetched;
    END
    $function$;
    REVOKE EXECUTE ON FUNCTION happo_jobs.fetch FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION happo_jobs.fetch TO {application};
    """
)
_PERIODIC = sql.SQL(
    """
    CREATE TABLE IF NOT EXISTS happo_jobs.periodic (
        task text PRIMARY KEY,
        started_at timestamptz NOT NULL
    );
    REVOKE ALL ON happo_jobs.periodic FROM PUBLIC;

    -- Enqueues a round of the task unless one began less than `pause` ago. Workers that ask at the
    -- same time wait for each other at the row, and only the first one finds it due. Returns the
    -- number of jobs.
    CREATE OR REPLACE FUNCTION happo_jobs.start_periodic(
        task_name text, pause interval, in_each_tenant boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
    DECLARE
        enqueued bigint;
    BEGIN
        INSERT INTO happo_jobs.periodic AS p VALUES (task_name, clock_timestamp())
        ON CONFLICT (task) DO UPDATE SET started_at = excluded.started_at
         WHERE p.started_at <= excluded.started_at - pause;
        IF NOT FOUND THEN
            RETURN 0;
        END IF;
        DELETE FROM happo_jobs.turn t
         WHERE t.tenant <> 'public'
           AND NOT EXISTS (SELECT FROM tenants_tenant WHERE schema_name = t.tenant);
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)
        SELECT {queue}, task_name, {priority}, lock_name, lock_name,
               jsonb_build_object('tenant', place, 'arguments', jsonb_build_object())
          FROM (SELECT schema_name FROM tenants_tenant WHERE in_each_tenant AND status <> 'deleting'
                UNION ALL
                SELECT 'public' WHERE NOT in_each_tenant) AS places (place),
               LATERAL (SELECT place || ':' || task_name || ':periodic') AS lock (lock_name)
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING;
        GET DIAGNOSTICS enqueued = ROW_COUNT;
        RETURN enqueued;
    END
    $function$;
    REVOKE EXECUTE ON FUNCTION happo_jobs.start_periodic FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION happo_jobs.start_periodic TO {application};
    """
)


def make_job_schema() -> None:
    """Create or update the schema. Needs the owner role, and procrastinate's tables."""
    names = {
        "application": sql.Identifier(settings.DATABASES["default"]["USER"]),
        "queue": sql.Literal(QUEUE),
        "priority": sql.Literal(PERIODIC_PRIORITY),
        "unseen": sql.Literal(UNSEEN_JOBS),
        "retry_after": sql.Literal(RETRY_AFTER_FULL_QUEUE),
        "peoples_turns": sql.Literal(PEOPLES_TURNS),
        "tenants_of_people": sql.SQL(_TENANTS_IN_TURN.format(which="AND j.priority >= 0")),
        "all_tenants": sql.SQL(_TENANTS_IN_TURN.format(which="")),
    }
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for part in (_SCHEMA, _TURNS, _PERIODIC):
            cursor.execute(part.format(**names))
