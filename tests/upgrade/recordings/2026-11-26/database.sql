SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA happo_jobs;

ALTER SCHEMA happo_jobs OWNER TO happo_owner;

CREATE SCHEMA t_6i5zrottl7iqe4tv;

ALTER SCHEMA t_6i5zrottl7iqe4tv OWNER TO happo_owner;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

ALTER TYPE public.procrastinate_job_event_type OWNER TO happo_owner;

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

ALTER TYPE public.procrastinate_job_status OWNER TO happo_owner;

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

ALTER TYPE public.procrastinate_job_to_defer_v1 OWNER TO happo_owner;

CREATE FUNCTION happo_jobs.enqueue(task text, key text, arguments jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    DECLARE
        -- Inside of this function current_user is its owner; the setting still says who is calling.
        tenant text := current_setting('role');
        lock_name text := tenant || ':' || task || ':' || key;
        job bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM public.tenants_tenant WHERE schema_name = tenant) THEN
            RAISE insufficient_privilege USING MESSAGE = 'only a tenant''s role enqueues jobs';
        END IF;
        INSERT INTO public.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
        VALUES ('happo', task, lock_name, lock_name, jsonb_build_object('tenant', tenant, 'arguments', arguments))
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
        RETURNING id INTO job;
        RETURN job;
    END
    $$;

ALTER FUNCTION happo_jobs.enqueue(task text, key text, arguments jsonb) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

ALTER FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

ALTER FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

ALTER FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) OWNER TO happo_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

ALTER TABLE public.procrastinate_jobs OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

ALTER FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

ALTER FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_notify_queue_abort_job_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_notify_queue_job_inserted_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

ALTER FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

ALTER FUNCTION public.procrastinate_register_worker_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

ALTER FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

ALTER FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

ALTER FUNCTION public.procrastinate_trigger_function_status_events_update_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

ALTER FUNCTION public.procrastinate_unlink_periodic_defers_v1() OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

ALTER FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) OWNER TO happo_owner;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

ALTER FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) OWNER TO happo_owner;

CREATE TABLE happo_jobs.record (
    job_id bigint NOT NULL,
    done boolean NOT NULL,
    outcome text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE happo_jobs.record OWNER TO happo_owner;

CREATE TABLE public.accounts_user (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    email character varying(254) NOT NULL,
    username character varying(150),
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_registered boolean NOT NULL,
    email_confirmed_at timestamp with time zone,
    time_zone character varying(64) NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    CONSTRAINT user_email_lower_case CHECK (((email)::text = lower((email)::text)))
);

ALTER TABLE public.accounts_user OWNER TO happo_owner;

ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group OWNER TO happo_owner;

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions OWNER TO happo_owner;

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission OWNER TO happo_owner;

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE public.django_admin_log OWNER TO happo_owner;

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type OWNER TO happo_owner;

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations OWNER TO happo_owner;

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

ALTER TABLE public.django_session OWNER TO happo_owner;

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.procrastinate_events OWNER TO happo_owner;

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNER TO happo_owner;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNER TO happo_owner;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

ALTER TABLE public.procrastinate_periodic_defers OWNER TO happo_owner;

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNER TO happo_owner;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers OWNER TO happo_owner;

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_auditentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor character varying(300) NOT NULL,
    action character varying(40) NOT NULL,
    tenant character varying(40) NOT NULL,
    facts jsonb NOT NULL
);

ALTER TABLE public.tenants_auditentry OWNER TO happo_owner;

ALTER TABLE public.tenants_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_domain (
    id bigint NOT NULL,
    domain character varying(253) NOT NULL,
    is_primary boolean NOT NULL,
    tenant_id uuid NOT NULL
);

ALTER TABLE public.tenants_domain OWNER TO happo_owner;

ALTER TABLE public.tenants_domain ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_domain_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_pluginswitch (
    id bigint NOT NULL,
    plugin character varying(100) NOT NULL,
    is_on boolean NOT NULL,
    tenant_id uuid NOT NULL
);

ALTER TABLE public.tenants_pluginswitch OWNER TO happo_owner;

ALTER TABLE public.tenants_pluginswitch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_pluginswitch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_schematemplate (
    digest character varying(64) NOT NULL,
    migrations jsonb NOT NULL,
    batch text NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE public.tenants_schematemplate OWNER TO happo_owner;

CREATE TABLE public.tenants_tenant (
    schema_name character varying(63) NOT NULL,
    id uuid NOT NULL,
    slug character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    status character varying(9) NOT NULL,
    is_sandbox boolean NOT NULL,
    schema_digest character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tenant_slug_well_formed CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'::text)),
    CONSTRAINT tenant_status_known CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'suspended'::character varying, 'deleting'::character varying])::text[])))
);

ALTER TABLE public.tenants_tenant OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.accounts_apikey (
    id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    hint character varying(8) NOT NULL,
    can_read boolean NOT NULL,
    can_write boolean NOT NULL,
    pinned_version character varying(16),
    rate_per_second integer,
    burst integer,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    user_id bigint NOT NULL,
    CONSTRAINT accounts_apikey_burst_check CHECK ((burst >= 0)),
    CONSTRAINT accounts_apikey_rate_per_second_check CHECK ((rate_per_second >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.accounts_apikey OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.accounts_user (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    email character varying(254) NOT NULL,
    username character varying(150),
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_registered boolean NOT NULL,
    email_confirmed_at timestamp with time zone,
    time_zone character varying(64) NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    CONSTRAINT user_email_lower_case CHECK (((email)::text = lower((email)::text)))
);

ALTER TABLE t_6i5zrottl7iqe4tv.accounts_user OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.django_migrations OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.jobsearch_application (
    id bigint NOT NULL,
    job_title character varying(300) NOT NULL,
    company character varying(200) NOT NULL,
    company_logo character varying(2000),
    apply_date timestamp with time zone NOT NULL,
    msg_id character varying(255) NOT NULL,
    source character varying(100) NOT NULL,
    is_rejected boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    user_id bigint NOT NULL,
    status_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_application OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_application ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.jobsearch_application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.jobsearch_applicationdetail (
    application_id bigint NOT NULL,
    poster_information jsonb NOT NULL,
    decorated_job_posting jsonb NOT NULL,
    top_card_v2 jsonb NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_applicationdetail OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.jobsearch_note (
    id bigint NOT NULL,
    description text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone,
    application_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_note OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_note ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.jobsearch_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.jobsearch_status (
    id bigint NOT NULL,
    value character varying(100) NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_status OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_status ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.jobsearch_status_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.jobsearch_statuschange (
    id bigint NOT NULL,
    is_rejected boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    application_id bigint NOT NULL,
    message_id bigint,
    status_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_statuschange OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.jobsearch_statuschange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.jobsearch_statuschange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.logins_failedlogins (
    subject bytea NOT NULL,
    failed_at timestamp with time zone[] NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.logins_failedlogins OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.logins_linkedidentity (
    id bigint NOT NULL,
    provider character varying(50) NOT NULL,
    subject character varying(255) NOT NULL,
    "grant" bytea,
    grant_expires_at timestamp with time zone,
    grant_dead_since timestamp with time zone,
    linked_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.logins_linkedidentity OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.logins_linkedidentity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.logins_linkedidentity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.logins_providerclient (
    id bigint NOT NULL,
    provider character varying(50) NOT NULL,
    client_id character varying(255) NOT NULL,
    secret bytea,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.logins_providerclient OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.logins_providerclient ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.logins_providerclient_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.mail_storedmessage (
    id bigint NOT NULL,
    mailbox character varying(50) NOT NULL,
    mailbox_key character varying(255) NOT NULL,
    message_id character varying(998) NOT NULL,
    thread_id character varying(255) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sender_name character varying(998) NOT NULL,
    sender_address character varying(320) NOT NULL,
    subject text NOT NULL,
    headers jsonb NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    plugin character varying(100) NOT NULL,
    error text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.mail_storedmessage OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.mail_storedmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.mail_storedmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.oauth_accesstoken (
    id bigint NOT NULL,
    expires timestamp with time zone NOT NULL,
    scope text NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    token_checksum character varying(64) NOT NULL,
    user_id bigint,
    application_id bigint NOT NULL,
    source_refresh_token_id bigint
);

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_accesstoken OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_accesstoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.oauth_accesstoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.oauth_client (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    client_id character varying(100) NOT NULL,
    secret_hash bytea NOT NULL,
    pinned_version character varying(16),
    client_type character varying(12) NOT NULL,
    authorization_grant_type character varying(18) NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_client OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_client ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.oauth_client_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.oauth_refreshtoken (
    id bigint NOT NULL,
    token_family uuid,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    revoked timestamp with time zone,
    token_checksum character varying(64) NOT NULL,
    access_token_id bigint,
    application_id bigint NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_refreshtoken OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.oauth_refreshtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.oauth_refreshtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_attachment (
    id uuid NOT NULL,
    file_name character varying(255) NOT NULL,
    content_type character varying(255) NOT NULL,
    size integer NOT NULL,
    ordinal smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id uuid NOT NULL,
    candidate_id uuid,
    position_id uuid,
    unlinked_from_id uuid,
    CONSTRAINT attachment_has_one_parent CHECK (((position_id IS NULL) OR (candidate_id IS NULL))),
    CONSTRAINT attachment_unlinked_is_free CHECK (((unlinked_from_id IS NULL) OR ((candidate_id IS NULL) AND (position_id IS NULL)))),
    CONSTRAINT recruiting_attachment_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT recruiting_attachment_size_check CHECK ((size >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_attachment OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_candidate (
    id uuid NOT NULL,
    name character varying(200),
    phone_number character varying(50),
    compensation character varying(200),
    description text,
    email character varying(254),
    available_from_date timestamp with time zone,
    stack character varying(12) NOT NULL,
    rejected_at timestamp with time zone,
    rejection_reason character varying(1000),
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    position_id uuid NOT NULL,
    CONSTRAINT candidate_has_name CHECK (((deleted_at IS NOT NULL) OR (name IS NOT NULL))),
    CONSTRAINT candidate_stack_known CHECK (((stack)::text = ANY (ARRAY[('draft'::character varying)::text, ('application'::character varying)::text, ('longlist'::character varying)::text, ('interesting'::character varying)::text, ('interviewing'::character varying)::text, ('shortlist'::character varying)::text, ('hired'::character varying)::text])))
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_candidate OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_candidatemove (
    id uuid NOT NULL,
    from_place character varying(12) NOT NULL,
    to_place character varying(12) NOT NULL,
    reason character varying(1000),
    moved_at timestamp with time zone NOT NULL,
    actor_id uuid NOT NULL,
    candidate_id uuid NOT NULL
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_candidatemove OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_collaborator (
    id bigint NOT NULL,
    type character varying(8) NOT NULL,
    status character varying(21) NOT NULL,
    ordinal smallint NOT NULL,
    user_id uuid NOT NULL,
    position_id uuid NOT NULL,
    CONSTRAINT collaborator_status_known CHECK (((status)::text = ANY (ARRAY[('awaiting_registration'::character varying)::text, ('awaiting_approval'::character varying)::text, ('declined'::character varying)::text, ('accepted'::character varying)::text]))),
    CONSTRAINT collaborator_type_known CHECK (((type)::text = ANY (ARRAY[('admin'::character varying)::text, ('client'::character varying)::text, ('supplier'::character varying)::text]))),
    CONSTRAINT recruiting_collaborator_ordinal_check CHECK ((ordinal >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_collaborator OWNER TO happo_owner;

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_collaborator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME t_6i5zrottl7iqe4tv.recruiting_collaborator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_lostposition (
    status character varying(21) NOT NULL,
    lost_at timestamp with time zone NOT NULL,
    position_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT lostposition_status_known CHECK (((status)::text = ANY (ARRAY[('awaiting_registration'::character varying)::text, ('awaiting_approval'::character varying)::text, ('declined'::character varying)::text, ('accepted'::character varying)::text])))
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_lostposition OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.recruiting_position (
    id uuid NOT NULL,
    title character varying(300) NOT NULL,
    location character varying(300),
    notes text,
    type character varying(9),
    ad_posting_link character varying(2000),
    target_date timestamp with time zone,
    status character varying(6) NOT NULL,
    no_of_positions integer,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    deleted_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    CONSTRAINT position_count_positive CHECK (((no_of_positions IS NULL) OR (no_of_positions >= 1))),
    CONSTRAINT position_status_known CHECK (((status)::text = ANY (ARRAY[('draft'::character varying)::text, ('open'::character varying)::text, ('closed'::character varying)::text]))),
    CONSTRAINT position_type_known CHECK (((type IS NULL) OR ((type)::text = ANY (ARRAY[('full-time'::character varying)::text, ('part-time'::character varying)::text])))),
    CONSTRAINT recruiting_position_no_of_positions_check CHECK ((no_of_positions >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.recruiting_position OWNER TO happo_owner;

CREATE UNLOGGED TABLE t_6i5zrottl7iqe4tv.traffic_bucket (
    credential character varying(64) NOT NULL,
    tokens double precision NOT NULL,
    leased smallint NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    CONSTRAINT traffic_bucket_leased_check CHECK ((leased >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.traffic_bucket OWNER TO happo_owner;

CREATE TABLE t_6i5zrottl7iqe4tv.traffic_storedreply (
    credential character varying(64) NOT NULL,
    route character varying(200) NOT NULL,
    key character varying(64) NOT NULL,
    request_hash bytea NOT NULL,
    code smallint,
    body text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT traffic_storedreply_code_check CHECK ((code >= 0))
);

ALTER TABLE t_6i5zrottl7iqe4tv.traffic_storedreply OWNER TO happo_owner;

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

INSERT INTO public.accounts_user VALUES
	('argon2$argon2id$v=19$m=102400,t=2,p=8$bVJtRTR2b3FwRkhOakpjVE5LTnhVeA$Fi9KX1Quu4P0a/ve2/CXqp4J3fJWX+/aeVbLp7pi2uU', NULL, 1, '01a218a7-d3ec-7687-beab-8254d7000f7e', 'ops@happo.example', NULL, '', '', true, true, true, true, '2026-11-26 16:19:41.718896+00', 'UTC', '2026-11-26 16:19:41.677024+00');

INSERT INTO public.auth_permission VALUES
	(1, 'Can add schema template', 1, 'add_schematemplate'),
	(2, 'Can change schema template', 1, 'change_schematemplate'),
	(3, 'Can delete schema template', 1, 'delete_schematemplate'),
	(4, 'Can view schema template', 1, 'view_schematemplate'),
	(5, 'Can add audit entry', 2, 'add_auditentry'),
	(6, 'Can change audit entry', 2, 'change_auditentry'),
	(7, 'Can delete audit entry', 2, 'delete_auditentry'),
	(8, 'Can view audit entry', 2, 'view_auditentry'),
	(9, 'Can add tenant', 3, 'add_tenant'),
	(10, 'Can change tenant', 3, 'change_tenant'),
	(11, 'Can delete tenant', 3, 'delete_tenant'),
	(12, 'Can view tenant', 3, 'view_tenant'),
	(13, 'Can add domain', 4, 'add_domain'),
	(14, 'Can change domain', 4, 'change_domain'),
	(15, 'Can delete domain', 4, 'delete_domain'),
	(16, 'Can view domain', 4, 'view_domain'),
	(17, 'Can add plugin switch', 5, 'add_pluginswitch'),
	(18, 'Can change plugin switch', 5, 'change_pluginswitch'),
	(19, 'Can delete plugin switch', 5, 'delete_pluginswitch'),
	(20, 'Can view plugin switch', 5, 'view_pluginswitch'),
	(21, 'Can add content type', 6, 'add_contenttype'),
	(22, 'Can change content type', 6, 'change_contenttype'),
	(23, 'Can delete content type', 6, 'delete_contenttype'),
	(24, 'Can view content type', 6, 'view_contenttype'),
	(25, 'Can add permission', 7, 'add_permission'),
	(26, 'Can change permission', 7, 'change_permission'),
	(27, 'Can delete permission', 7, 'delete_permission'),
	(28, 'Can view permission', 7, 'view_permission'),
	(29, 'Can add group', 8, 'add_group'),
	(30, 'Can change group', 8, 'change_group'),
	(31, 'Can delete group', 8, 'delete_group'),
	(32, 'Can view group', 8, 'view_group'),
	(33, 'Can add session', 9, 'add_session'),
	(34, 'Can change session', 9, 'change_session'),
	(35, 'Can delete session', 9, 'delete_session'),
	(36, 'Can view session', 9, 'view_session'),
	(37, 'Can add log entry', 10, 'add_logentry'),
	(38, 'Can change log entry', 10, 'change_logentry'),
	(39, 'Can delete log entry', 10, 'delete_logentry'),
	(40, 'Can view log entry', 10, 'view_logentry'),
	(41, 'Can add user', 11, 'add_user'),
	(42, 'Can change user', 11, 'change_user'),
	(43, 'Can delete user', 11, 'delete_user'),
	(44, 'Can view user', 11, 'view_user'),
	(45, 'Can add api key', 12, 'add_apikey'),
	(46, 'Can change api key', 12, 'change_apikey'),
	(47, 'Can delete api key', 12, 'delete_apikey'),
	(48, 'Can view api key', 12, 'view_apikey'),
	(49, 'Can add procrastinate event', 13, 'add_procrastinateevent'),
	(50, 'Can change procrastinate event', 13, 'change_procrastinateevent'),
	(51, 'Can delete procrastinate event', 13, 'delete_procrastinateevent'),
	(52, 'Can view procrastinate event', 13, 'view_procrastinateevent'),
	(53, 'Can add procrastinate job', 14, 'add_procrastinatejob'),
	(54, 'Can change procrastinate job', 14, 'change_procrastinatejob'),
	(55, 'Can delete procrastinate job', 14, 'delete_procrastinatejob'),
	(56, 'Can view procrastinate job', 14, 'view_procrastinatejob'),
	(57, 'Can add procrastinate periodic defer', 15, 'add_procrastinateperiodicdefer'),
	(58, 'Can change procrastinate periodic defer', 15, 'change_procrastinateperiodicdefer'),
	(59, 'Can delete procrastinate periodic defer', 15, 'delete_procrastinateperiodicdefer'),
	(60, 'Can view procrastinate periodic defer', 15, 'view_procrastinateperiodicdefer'),
	(61, 'Can add procrastinate worker', 16, 'add_procrastinateworker'),
	(62, 'Can change procrastinate worker', 16, 'change_procrastinateworker'),
	(63, 'Can delete procrastinate worker', 16, 'delete_procrastinateworker'),
	(64, 'Can view procrastinate worker', 16, 'view_procrastinateworker'),
	(65, 'Can add no grant', 17, 'add_nogrant'),
	(66, 'Can change no grant', 17, 'change_nogrant'),
	(67, 'Can delete no grant', 17, 'delete_nogrant'),
	(68, 'Can view no grant', 17, 'view_nogrant'),
	(69, 'Can add no id token', 18, 'add_noidtoken'),
	(70, 'Can change no id token', 18, 'change_noidtoken'),
	(71, 'Can delete no id token', 18, 'delete_noidtoken'),
	(72, 'Can view no id token', 18, 'view_noidtoken'),
	(73, 'Can add client', 19, 'add_client'),
	(74, 'Can change client', 19, 'change_client'),
	(75, 'Can delete client', 19, 'delete_client'),
	(76, 'Can view client', 19, 'view_client'),
	(77, 'Can add access token', 20, 'add_accesstoken'),
	(78, 'Can change access token', 20, 'change_accesstoken'),
	(79, 'Can delete access token', 20, 'delete_accesstoken'),
	(80, 'Can view access token', 20, 'view_accesstoken'),
	(81, 'Can add refresh token', 21, 'add_refreshtoken'),
	(82, 'Can change refresh token', 21, 'change_refreshtoken'),
	(83, 'Can delete refresh token', 21, 'delete_refreshtoken'),
	(84, 'Can view refresh token', 21, 'view_refreshtoken'),
	(85, 'Can add failed logins', 22, 'add_failedlogins'),
	(86, 'Can change failed logins', 22, 'change_failedlogins'),
	(87, 'Can delete failed logins', 22, 'delete_failedlogins'),
	(88, 'Can view failed logins', 22, 'view_failedlogins'),
	(89, 'Can add provider client', 23, 'add_providerclient'),
	(90, 'Can change provider client', 23, 'change_providerclient'),
	(91, 'Can delete provider client', 23, 'delete_providerclient'),
	(92, 'Can view provider client', 23, 'view_providerclient'),
	(93, 'Can add linked identity', 24, 'add_linkedidentity'),
	(94, 'Can change linked identity', 24, 'change_linkedidentity'),
	(95, 'Can delete linked identity', 24, 'delete_linkedidentity'),
	(96, 'Can view linked identity', 24, 'view_linkedidentity'),
	(97, 'Can add candidate', 25, 'add_candidate'),
	(98, 'Can change candidate', 25, 'change_candidate'),
	(99, 'Can delete candidate', 25, 'delete_candidate'),
	(100, 'Can view candidate', 25, 'view_candidate');
INSERT INTO public.auth_permission VALUES
	(101, 'Can add candidate move', 26, 'add_candidatemove'),
	(102, 'Can change candidate move', 26, 'change_candidatemove'),
	(103, 'Can delete candidate move', 26, 'delete_candidatemove'),
	(104, 'Can view candidate move', 26, 'view_candidatemove'),
	(105, 'Can add position', 27, 'add_position'),
	(106, 'Can change position', 27, 'change_position'),
	(107, 'Can delete position', 27, 'delete_position'),
	(108, 'Can view position', 27, 'view_position'),
	(109, 'Can add collaborator', 28, 'add_collaborator'),
	(110, 'Can change collaborator', 28, 'change_collaborator'),
	(111, 'Can delete collaborator', 28, 'delete_collaborator'),
	(112, 'Can view collaborator', 28, 'view_collaborator'),
	(113, 'Can add attachment', 29, 'add_attachment'),
	(114, 'Can change attachment', 29, 'change_attachment'),
	(115, 'Can delete attachment', 29, 'delete_attachment'),
	(116, 'Can view attachment', 29, 'view_attachment'),
	(117, 'Can add lost position', 30, 'add_lostposition'),
	(118, 'Can change lost position', 30, 'change_lostposition'),
	(119, 'Can delete lost position', 30, 'delete_lostposition'),
	(120, 'Can view lost position', 30, 'view_lostposition'),
	(121, 'Can add bucket', 31, 'add_bucket'),
	(122, 'Can change bucket', 31, 'change_bucket'),
	(123, 'Can delete bucket', 31, 'delete_bucket'),
	(124, 'Can view bucket', 31, 'view_bucket'),
	(125, 'Can add stored reply', 32, 'add_storedreply'),
	(126, 'Can change stored reply', 32, 'change_storedreply'),
	(127, 'Can delete stored reply', 32, 'delete_storedreply'),
	(128, 'Can view stored reply', 32, 'view_storedreply'),
	(129, 'Can add stored message', 33, 'add_storedmessage'),
	(130, 'Can change stored message', 33, 'change_storedmessage'),
	(131, 'Can delete stored message', 33, 'delete_storedmessage'),
	(132, 'Can view stored message', 33, 'view_storedmessage'),
	(133, 'Can add application', 34, 'add_application'),
	(134, 'Can change application', 34, 'change_application'),
	(135, 'Can delete application', 34, 'delete_application'),
	(136, 'Can view application', 34, 'view_application'),
	(137, 'Can add application detail', 35, 'add_applicationdetail'),
	(138, 'Can change application detail', 35, 'change_applicationdetail'),
	(139, 'Can delete application detail', 35, 'delete_applicationdetail'),
	(140, 'Can view application detail', 35, 'view_applicationdetail'),
	(141, 'Can add note', 36, 'add_note'),
	(142, 'Can change note', 36, 'change_note'),
	(143, 'Can delete note', 36, 'delete_note'),
	(144, 'Can view note', 36, 'view_note'),
	(145, 'Can add status', 37, 'add_status'),
	(146, 'Can change status', 37, 'change_status'),
	(147, 'Can delete status', 37, 'delete_status'),
	(148, 'Can view status', 37, 'view_status'),
	(149, 'Can add status change', 38, 'add_statuschange'),
	(150, 'Can change status change', 38, 'change_statuschange'),
	(151, 'Can delete status change', 38, 'delete_statuschange'),
	(152, 'Can view status change', 38, 'view_statuschange');

INSERT INTO public.django_content_type VALUES
	(1, 'tenants', 'schematemplate'),
	(2, 'tenants', 'auditentry'),
	(3, 'tenants', 'tenant'),
	(4, 'tenants', 'domain'),
	(5, 'tenants', 'pluginswitch'),
	(6, 'contenttypes', 'contenttype'),
	(7, 'auth', 'permission'),
	(8, 'auth', 'group'),
	(9, 'sessions', 'session'),
	(10, 'admin', 'logentry'),
	(11, 'accounts', 'user'),
	(12, 'accounts', 'apikey'),
	(13, 'procrastinate', 'procrastinateevent'),
	(14, 'procrastinate', 'procrastinatejob'),
	(15, 'procrastinate', 'procrastinateperiodicdefer'),
	(16, 'procrastinate', 'procrastinateworker'),
	(17, 'oauth', 'nogrant'),
	(18, 'oauth', 'noidtoken'),
	(19, 'oauth', 'client'),
	(20, 'oauth', 'accesstoken'),
	(21, 'oauth', 'refreshtoken'),
	(22, 'logins', 'failedlogins'),
	(23, 'logins', 'providerclient'),
	(24, 'logins', 'linkedidentity'),
	(25, 'recruiting', 'candidate'),
	(26, 'recruiting', 'candidatemove'),
	(27, 'recruiting', 'position'),
	(28, 'recruiting', 'collaborator'),
	(29, 'recruiting', 'attachment'),
	(30, 'recruiting', 'lostposition'),
	(31, 'traffic', 'bucket'),
	(32, 'traffic', 'storedreply'),
	(33, 'mail', 'storedmessage'),
	(34, 'jobsearch', 'application'),
	(35, 'jobsearch', 'applicationdetail'),
	(36, 'jobsearch', 'note'),
	(37, 'jobsearch', 'status'),
	(38, 'jobsearch', 'statuschange');

INSERT INTO public.django_migrations VALUES
	(1, 'accounts', '0001_initial', '2026-11-26 16:19:27.243857+00'),
	(2, 'contenttypes', '0001_initial', '2026-11-26 16:19:27.25475+00'),
	(3, 'admin', '0001_initial', '2026-11-26 16:19:27.281306+00'),
	(4, 'admin', '0002_logentry_remove_auto_add', '2026-11-26 16:19:27.291703+00'),
	(5, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-26 16:19:27.306775+00'),
	(6, 'contenttypes', '0002_remove_content_type_name', '2026-11-26 16:19:27.334596+00'),
	(7, 'auth', '0001_initial', '2026-11-26 16:19:27.39431+00'),
	(8, 'auth', '0002_alter_permission_name_max_length', '2026-11-26 16:19:27.410696+00'),
	(9, 'auth', '0003_alter_user_email_max_length', '2026-11-26 16:19:27.425355+00'),
	(10, 'auth', '0004_alter_user_username_opts', '2026-11-26 16:19:27.433814+00'),
	(11, 'auth', '0005_alter_user_last_login_null', '2026-11-26 16:19:27.445614+00'),
	(12, 'auth', '0006_require_contenttypes_0002', '2026-11-26 16:19:27.454291+00'),
	(13, 'auth', '0007_alter_validators_add_error_messages', '2026-11-26 16:19:27.46605+00'),
	(14, 'auth', '0008_alter_user_username_max_length', '2026-11-26 16:19:27.473803+00'),
	(15, 'auth', '0009_alter_user_last_name_max_length', '2026-11-26 16:19:27.487976+00'),
	(16, 'auth', '0010_alter_group_name_max_length', '2026-11-26 16:19:27.505054+00'),
	(17, 'auth', '0011_update_proxy_permissions', '2026-11-26 16:19:27.526668+00'),
	(18, 'auth', '0012_alter_user_first_name_max_length', '2026-11-26 16:19:27.532656+00'),
	(19, 'mail', '0001_initial', '2026-11-26 16:19:27.552292+00'),
	(20, 'jobsearch', '0001_initial', '2026-11-26 16:19:27.649167+00'),
	(21, 'jobsearch', '0002_statuses', '2026-11-26 16:19:27.658597+00'),
	(22, 'logins', '0001_initial', '2026-11-26 16:19:27.686678+00'),
	(23, 'oauth', '0001_initial', '2026-11-26 16:19:27.829728+00'),
	(24, 'procrastinate', '0001_initial', '2026-11-26 16:19:27.864118+00'),
	(25, 'procrastinate', '0002_drop_started_at_column', '2026-11-26 16:19:27.871772+00'),
	(26, 'procrastinate', '0003_drop_started_at_column', '2026-11-26 16:19:27.875341+00'),
	(27, 'procrastinate', '0004_drop_procrastinate_version_table', '2026-11-26 16:19:27.879522+00'),
	(28, 'procrastinate', '0005_fix_procrastinate_fetch_job', '2026-11-26 16:19:27.887837+00'),
	(29, 'procrastinate', '0006_fix_trigger_status_events_insert', '2026-11-26 16:19:27.89546+00'),
	(30, 'procrastinate', '0007_add_queueing_lock_column', '2026-11-26 16:19:27.899627+00'),
	(31, 'procrastinate', '0008_close_fetch_job_race_condition', '2026-11-26 16:19:27.906234+00'),
	(32, 'procrastinate', '0009_add_defer_job_function', '2026-11-26 16:19:27.911736+00'),
	(33, 'procrastinate', '0010_add_procrastinate_periodic_defers', '2026-11-26 16:19:27.925807+00'),
	(34, 'procrastinate', '0011_add_foreign_key_index', '2026-11-26 16:19:27.931787+00'),
	(35, 'procrastinate', '0012_add_locks_to_periodic_defer', '2026-11-26 16:19:27.938237+00'),
	(36, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '2026-11-26 16:19:27.943387+00'),
	(37, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '2026-11-26 16:19:27.947125+00'),
	(38, 'procrastinate', '0015_add_trigger_on_job_deletion', '2026-11-26 16:19:27.951109+00'),
	(39, 'procrastinate', '0016_delete_finished_jobs', '2026-11-26 16:19:27.955044+00'),
	(40, 'procrastinate', '0017_add_checks_to_finish_job', '2026-11-26 16:19:27.959073+00'),
	(41, 'procrastinate', '0018_add_checks_to_retry_job', '2026-11-26 16:19:27.963087+00'),
	(42, 'procrastinate', '0019_fix_finish_job_compat_issue', '2026-11-26 16:19:27.967264+00'),
	(43, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '2026-11-26 16:19:27.972136+00'),
	(44, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '2026-11-26 16:19:27.98079+00'),
	(45, 'procrastinate', '0022_null_locks_excluded', '2026-11-26 16:19:27.987621+00'),
	(46, 'procrastinate', '0023_remove_old_finish_job_function', '2026-11-26 16:19:27.991507+00'),
	(47, 'procrastinate', '0024_job_id_bigint', '2026-11-26 16:19:28.002958+00'),
	(48, 'procrastinate', '0025_add_models', '2026-11-26 16:19:28.014141+00'),
	(49, 'procrastinate', '0026_add_job_priority', '2026-11-26 16:19:28.021934+00'),
	(50, 'procrastinate', '0027_add_periodic_job_priority', '2026-11-26 16:19:28.027348+00'),
	(51, 'procrastinate', '0028_add_cancel_states', '2026-11-26 16:19:28.035132+00'),
	(52, 'procrastinate', '0029_add_additional_params_to_retry_job', '2026-11-26 16:19:28.043351+00'),
	(53, 'procrastinate', '0030_alter_procrastinateevent_options', '2026-11-26 16:19:28.047709+00'),
	(54, 'procrastinate', '0031_add_indexes_for_fetch_job', '2026-11-26 16:19:28.061163+00'),
	(55, 'procrastinate', '0032_pre_cancel_notification', '2026-11-26 16:19:28.080271+00'),
	(56, 'procrastinate', '0033_post_cancel_notification', '2026-11-26 16:19:28.110668+00'),
	(57, 'procrastinate', '0034_pre_add_heartbeat', '2026-11-26 16:19:28.125289+00'),
	(58, 'procrastinate', '0035_post_add_heartbeat', '2026-11-26 16:19:28.135217+00'),
	(59, 'procrastinate', '0036_add_worker_model', '2026-11-26 16:19:28.141132+00'),
	(60, 'procrastinate', '0037_pre_batch_defer_jobs', '2026-11-26 16:19:28.152094+00'),
	(61, 'procrastinate', '0038_post_batch_defer_jobs', '2026-11-26 16:19:28.159779+00'),
	(62, 'procrastinate', '0039_pre_priority_lock_fetch_job', '2026-11-26 16:19:28.167674+00'),
	(63, 'procrastinate', '0040_pre_retry_failed_job', '2026-11-26 16:19:28.171178+00'),
	(64, 'procrastinate', '0041_post_retry_failed_job', '2026-11-26 16:19:28.175536+00'),
	(65, 'recruiting', '0001_initial', '2026-11-26 16:19:29.079099+00'),
	(66, 'recruiting', '0002_lost_position', '2026-11-26 16:19:29.136225+00'),
	(67, 'recruiting', '0003_unlinked_attachment', '2026-11-26 16:19:29.269295+00'),
	(68, 'sessions', '0001_initial', '2026-11-26 16:19:29.306402+00'),
	(69, 'tenants', '0001_initial', '2026-11-26 16:19:29.418334+00'),
	(70, 'traffic', '0001_initial', '2026-11-26 16:19:29.431838+00');

INSERT INTO public.tenants_auditentry VALUES
	(1, '2026-11-26 16:19:33.352807+00', 'os:root', 'tenant.create', 'demo', '{"host": "demo.localhost", "name": "Demo", "owner": "owner@demo.example"}'),
	(2, '2026-11-26 16:19:38.385109+00', 'os:root', 'user.create', 'demo', '{"user": "01a218a7-c49e-7273-ba95-29a2ac946d52"}'),
	(3, '2026-11-26 16:19:42.35519+00', 'os:root', 'operator.create', '', '{"email": "ops@happo.example"}'),
	(4, '2026-11-26 16:19:45.940593+00', 'os:root', 'provider.set', 'demo', '{"client": "client.example", "provider": "google-oauth2"}');

INSERT INTO public.tenants_domain VALUES
	(1, 'demo.localhost', true, '01a218a7-b0e9-7010-826e-abe7974fc091');

INSERT INTO public.tenants_schematemplate VALUES
	('29eba1ea94281dd47ce42628b0ce687cf43e59b3e343135f929db5b8abb2974b', '[["accounts", "0001_initial"], ["jobsearch", "0001_initial"], ["jobsearch", "0002_statuses"], ["logins", "0001_initial"], ["mail", "0001_initial"], ["oauth", "0001_initial"], ["recruiting", "0001_initial"], ["recruiting", "0002_lost_position"], ["recruiting", "0003_unlinked_attachment"], ["traffic", "0001_initial"]]', 'CREATE TABLE accounts_apikey (
    id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    hint character varying(8) NOT NULL,
    can_read boolean NOT NULL,
    can_write boolean NOT NULL,
    pinned_version character varying(16),
    rate_per_second integer,
    burst integer,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    user_id bigint NOT NULL,
    CONSTRAINT accounts_apikey_burst_check CHECK ((burst >= 0)),
    CONSTRAINT accounts_apikey_rate_per_second_check CHECK ((rate_per_second >= 0))
);
CREATE TABLE accounts_user (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    email character varying(254) NOT NULL,
    username character varying(150),
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_registered boolean NOT NULL,
    email_confirmed_at timestamp with time zone,
    time_zone character varying(64) NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    CONSTRAINT user_email_lower_case CHECK (((email)::text = lower((email)::text)))
);
ALTER TABLE accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE jobsearch_application (
    id bigint NOT NULL,
    job_title character varying(300) NOT NULL,
    company character varying(200) NOT NULL,
    company_logo character varying(2000),
    apply_date timestamp with time zone NOT NULL,
    msg_id character varying(255) NOT NULL,
    source character varying(100) NOT NULL,
    is_rejected boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    user_id bigint NOT NULL,
    status_id bigint NOT NULL
);
ALTER TABLE jobsearch_application ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobsearch_application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE jobsearch_applicationdetail (
    application_id bigint NOT NULL,
    poster_information jsonb NOT NULL,
    decorated_job_posting jsonb NOT NULL,
    top_card_v2 jsonb NOT NULL
);
CREATE TABLE jobsearch_note (
    id bigint NOT NULL,
    description text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone,
    application_id bigint NOT NULL
);
ALTER TABLE jobsearch_note ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobsearch_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE jobsearch_status (
    id bigint NOT NULL,
    value character varying(100) NOT NULL
);
ALTER TABLE jobsearch_status ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobsearch_status_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE jobsearch_statuschange (
    id bigint NOT NULL,
    is_rejected boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    application_id bigint NOT NULL,
    message_id bigint,
    status_id bigint NOT NULL
);
ALTER TABLE jobsearch_statuschange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobsearch_statuschange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE logins_failedlogins (
    subject bytea NOT NULL,
    failed_at timestamp with time zone[] NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE logins_linkedidentity (
    id bigint NOT NULL,
    provider character varying(50) NOT NULL,
    subject character varying(255) NOT NULL,
    "grant" bytea,
    grant_expires_at timestamp with time zone,
    grant_dead_since timestamp with time zone,
    linked_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE logins_linkedidentity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME logins_linkedidentity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE logins_providerclient (
    id bigint NOT NULL,
    provider character varying(50) NOT NULL,
    client_id character varying(255) NOT NULL,
    secret bytea,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE logins_providerclient ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME logins_providerclient_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE mail_storedmessage (
    id bigint NOT NULL,
    mailbox character varying(50) NOT NULL,
    mailbox_key character varying(255) NOT NULL,
    message_id character varying(998) NOT NULL,
    thread_id character varying(255) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sender_name character varying(998) NOT NULL,
    sender_address character varying(320) NOT NULL,
    subject text NOT NULL,
    headers jsonb NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    plugin character varying(100) NOT NULL,
    error text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE mail_storedmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME mail_storedmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE oauth_accesstoken (
    id bigint NOT NULL,
    expires timestamp with time zone NOT NULL,
    scope text NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    token_checksum character varying(64) NOT NULL,
    user_id bigint,
    application_id bigint NOT NULL,
    source_refresh_token_id bigint
);
ALTER TABLE oauth_accesstoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oauth_accesstoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE oauth_client (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    client_id character varying(100) NOT NULL,
    secret_hash bytea NOT NULL,
    pinned_version character varying(16),
    client_type character varying(12) NOT NULL,
    authorization_grant_type character varying(18) NOT NULL
);
ALTER TABLE oauth_client ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oauth_client_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE oauth_refreshtoken (
    id bigint NOT NULL,
    token_family uuid,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    revoked timestamp with time zone,
    token_checksum character varying(64) NOT NULL,
    access_token_id bigint,
    application_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE oauth_refreshtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oauth_refreshtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE recruiting_attachment (
    id uuid NOT NULL,
    file_name character varying(255) NOT NULL,
    content_type character varying(255) NOT NULL,
    size integer NOT NULL,
    ordinal smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id uuid NOT NULL,
    candidate_id uuid,
    position_id uuid,
    unlinked_from_id uuid,
    CONSTRAINT attachment_has_one_parent CHECK (((position_id IS NULL) OR (candidate_id IS NULL))),
    CONSTRAINT attachment_unlinked_is_free CHECK (((unlinked_from_id IS NULL) OR ((candidate_id IS NULL) AND (position_id IS NULL)))),
    CONSTRAINT recruiting_attachment_ordinal_check CHECK ((ordinal >= 0)),
    CONSTRAINT recruiting_attachment_size_check CHECK ((size >= 0))
);
CREATE TABLE recruiting_candidate (
    id uuid NOT NULL,
    name character varying(200),
    phone_number character varying(50),
    compensation character varying(200),
    description text,
    email character varying(254),
    available_from_date timestamp with time zone,
    stack character varying(12) NOT NULL,
    rejected_at timestamp with time zone,
    rejection_reason character varying(1000),
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    position_id uuid NOT NULL,
    CONSTRAINT candidate_has_name CHECK (((deleted_at IS NOT NULL) OR (name IS NOT NULL))),
    CONSTRAINT candidate_stack_known CHECK (((stack)::text = ANY ((ARRAY[''draft''::character varying, ''application''::character varying, ''longlist''::character varying, ''interesting''::character varying, ''interviewing''::character varying, ''shortlist''::character varying, ''hired''::character varying])::text[])))
);
CREATE TABLE recruiting_candidatemove (
    id uuid NOT NULL,
    from_place character varying(12) NOT NULL,
    to_place character varying(12) NOT NULL,
    reason character varying(1000),
    moved_at timestamp with time zone NOT NULL,
    actor_id uuid NOT NULL,
    candidate_id uuid NOT NULL
);
CREATE TABLE recruiting_collaborator (
    id bigint NOT NULL,
    type character varying(8) NOT NULL,
    status character varying(21) NOT NULL,
    ordinal smallint NOT NULL,
    user_id uuid NOT NULL,
    position_id uuid NOT NULL,
    CONSTRAINT collaborator_status_known CHECK (((status)::text = ANY ((ARRAY[''awaiting_registration''::character varying, ''awaiting_approval''::character varying, ''declined''::character varying, ''accepted''::character varying])::text[]))),
    CONSTRAINT collaborator_type_known CHECK (((type)::text = ANY ((ARRAY[''admin''::character varying, ''client''::character varying, ''supplier''::character varying])::text[]))),
    CONSTRAINT recruiting_collaborator_ordinal_check CHECK ((ordinal >= 0))
);
ALTER TABLE recruiting_collaborator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME recruiting_collaborator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE recruiting_lostposition (
    status character varying(21) NOT NULL,
    lost_at timestamp with time zone NOT NULL,
    position_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT lostposition_status_known CHECK (((status)::text = ANY ((ARRAY[''awaiting_registration''::character varying, ''awaiting_approval''::character varying, ''declined''::character varying, ''accepted''::character varying])::text[])))
);
CREATE TABLE recruiting_position (
    id uuid NOT NULL,
    title character varying(300) NOT NULL,
    location character varying(300),
    notes text,
    type character varying(9),
    ad_posting_link character varying(2000),
    target_date timestamp with time zone,
    status character varying(6) NOT NULL,
    no_of_positions integer,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    deleted_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    CONSTRAINT position_count_positive CHECK (((no_of_positions IS NULL) OR (no_of_positions >= 1))),
    CONSTRAINT position_status_known CHECK (((status)::text = ANY ((ARRAY[''draft''::character varying, ''open''::character varying, ''closed''::character varying])::text[]))),
    CONSTRAINT position_type_known CHECK (((type IS NULL) OR ((type)::text = ANY ((ARRAY[''full-time''::character varying, ''part-time''::character varying])::text[])))),
    CONSTRAINT recruiting_position_no_of_positions_check CHECK ((no_of_positions >= 0))
);
CREATE UNLOGGED TABLE traffic_bucket (
    credential character varying(64) NOT NULL,
    tokens double precision NOT NULL,
    leased smallint NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    CONSTRAINT traffic_bucket_leased_check CHECK ((leased >= 0))
);
CREATE TABLE traffic_storedreply (
    credential character varying(64) NOT NULL,
    route character varying(200) NOT NULL,
    key character varying(64) NOT NULL,
    request_hash bytea NOT NULL,
    code smallint,
    body text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT traffic_storedreply_code_check CHECK ((code >= 0))
);
INSERT INTO django_migrations VALUES
	(1, ''accounts'', ''0001_initial'', ''2026-11-26 16:19:30.127654+00''),
	(2, ''mail'', ''0001_initial'', ''2026-11-26 16:19:30.194284+00''),
	(3, ''jobsearch'', ''0001_initial'', ''2026-11-26 16:19:30.394563+00''),
	(4, ''jobsearch'', ''0002_statuses'', ''2026-11-26 16:19:30.398954+00''),
	(5, ''logins'', ''0001_initial'', ''2026-11-26 16:19:30.526317+00''),
	(6, ''oauth'', ''0001_initial'', ''2026-11-26 16:19:30.81459+00''),
	(7, ''recruiting'', ''0001_initial'', ''2026-11-26 16:19:31.794615+00''),
	(8, ''recruiting'', ''0002_lost_position'', ''2026-11-26 16:19:31.878293+00''),
	(9, ''recruiting'', ''0003_unlinked_attachment'', ''2026-11-26 16:19:32.314325+00''),
	(10, ''traffic'', ''0001_initial'', ''2026-11-26 16:19:32.382576+00'');
INSERT INTO jobsearch_status VALUES
	(1, ''Applied''),
	(2, ''To Apply''),
	(3, ''Phone Screen''),
	(4, ''Onsite Interview''),
	(5, ''Offer'');
SELECT pg_catalog.setval(''accounts_user_id_seq'', 1, false);
SELECT pg_catalog.setval(''django_migrations_id_seq'', 10, true);
SELECT pg_catalog.setval(''jobsearch_application_id_seq'', 1, false);
SELECT pg_catalog.setval(''jobsearch_note_id_seq'', 1, false);
SELECT pg_catalog.setval(''jobsearch_status_id_seq'', 5, true);
SELECT pg_catalog.setval(''jobsearch_statuschange_id_seq'', 1, false);
SELECT pg_catalog.setval(''logins_linkedidentity_id_seq'', 1, false);
SELECT pg_catalog.setval(''logins_providerclient_id_seq'', 1, false);
SELECT pg_catalog.setval(''mail_storedmessage_id_seq'', 1, false);
SELECT pg_catalog.setval(''oauth_accesstoken_id_seq'', 1, false);
SELECT pg_catalog.setval(''oauth_client_id_seq'', 1, false);
SELECT pg_catalog.setval(''oauth_refreshtoken_id_seq'', 1, false);
SELECT pg_catalog.setval(''recruiting_collaborator_id_seq'', 1, false);
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT access_token_unique UNIQUE (token_checksum);
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT apikey_secret_hash_unique UNIQUE (secret_hash);
ALTER TABLE ONLY oauth_client
    ADD CONSTRAINT client_id_unique UNIQUE (client_id);
ALTER TABLE ONLY recruiting_collaborator
    ADD CONSTRAINT collaborator_once_per_position UNIQUE (position_id, user_id);
ALTER TABLE ONLY django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY logins_linkedidentity
    ADD CONSTRAINT identity_of_one_user UNIQUE (provider, subject);
ALTER TABLE ONLY logins_linkedidentity
    ADD CONSTRAINT identity_once_per_provider UNIQUE (user_id, provider);
ALTER TABLE ONLY jobsearch_application
    ADD CONSTRAINT jobsearch_application_pkey PRIMARY KEY (id);
ALTER TABLE ONLY jobsearch_applicationdetail
    ADD CONSTRAINT jobsearch_applicationdetail_pkey PRIMARY KEY (application_id);
ALTER TABLE ONLY jobsearch_note
    ADD CONSTRAINT jobsearch_note_pkey PRIMARY KEY (id);
ALTER TABLE ONLY jobsearch_status
    ADD CONSTRAINT jobsearch_status_pkey PRIMARY KEY (id);
ALTER TABLE ONLY jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY logins_failedlogins
    ADD CONSTRAINT logins_failedlogins_pkey PRIMARY KEY (subject);
ALTER TABLE ONLY logins_linkedidentity
    ADD CONSTRAINT logins_linkedidentity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY logins_providerclient
    ADD CONSTRAINT logins_providerclient_pkey PRIMARY KEY (id);
ALTER TABLE ONLY mail_storedmessage
    ADD CONSTRAINT mail_storedmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY mail_storedmessage
    ADD CONSTRAINT message_once_per_mailbox UNIQUE (user_id, mailbox, mailbox_key);
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_source_refresh_token_id_key UNIQUE (source_refresh_token_id);
ALTER TABLE ONLY oauth_client
    ADD CONSTRAINT oauth_client_pkey PRIMARY KEY (id);
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_access_token_id_key UNIQUE (access_token_id);
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY logins_providerclient
    ADD CONSTRAINT provider_client_once UNIQUE (provider, client_id);
ALTER TABLE ONLY recruiting_attachment
    ADD CONSTRAINT recruiting_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidatemove_pkey PRIMARY KEY (id);
ALTER TABLE ONLY recruiting_collaborator
    ADD CONSTRAINT recruiting_collaborator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposition_pkey PRIMARY KEY (user_id, position_id);
ALTER TABLE ONLY recruiting_position
    ADD CONSTRAINT recruiting_position_pkey PRIMARY KEY (id);
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT refresh_token_unique UNIQUE (token_checksum);
ALTER TABLE ONLY jobsearch_status
    ADD CONSTRAINT status_value_unique UNIQUE (value);
ALTER TABLE ONLY traffic_bucket
    ADD CONSTRAINT traffic_bucket_pkey PRIMARY KEY (credential);
ALTER TABLE ONLY traffic_storedreply
    ADD CONSTRAINT traffic_storedreply_pkey PRIMARY KEY (credential, route, key);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT user_email_unique UNIQUE (email);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT user_uuid_unique UNIQUE (uuid);
CREATE INDEX accounts_apikey_user_id_bd902026 ON accounts_apikey USING btree (user_id);
CREATE INDEX application_newest ON jobsearch_application USING btree (user_id, apply_date DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX attachment_of_candidate ON recruiting_attachment USING btree (candidate_id, ordinal) WHERE (candidate_id IS NOT NULL);
CREATE INDEX attachment_of_position ON recruiting_attachment USING btree (position_id, ordinal) WHERE (position_id IS NOT NULL);
CREATE INDEX attachment_unlinked ON recruiting_attachment USING btree (unlinked_from_id) WHERE (unlinked_from_id IS NOT NULL);
CREATE INDEX candidate_newest ON recruiting_candidate USING btree (position_id, created_at DESC, id DESC);
CREATE INDEX candidate_updated ON recruiting_candidate USING btree (position_id, updated_at, id);
CREATE INDEX failedlogins_age ON logins_failedlogins USING btree (expires_at);
CREATE INDEX jobsearch_note_application_id_0600facc ON jobsearch_note USING btree (application_id);
CREATE INDEX jobsearch_statuschange_application_id_dcf33d89 ON jobsearch_statuschange USING btree (application_id);
CREATE INDEX message_of_jobs_newest ON mail_storedmessage USING btree (user_id, received_at DESC, id DESC) WHERE (NOT ((plugin)::text = ''''::text));
CREATE INDEX oauth_accesstoken_user_id_72f89729 ON oauth_accesstoken USING btree (user_id);
CREATE INDEX oauth_refreshtoken_user_id_9c01dc5b ON oauth_refreshtoken USING btree (user_id);
CREATE INDEX position_newest ON recruiting_position USING btree (created_by_id, created_at DESC, id DESC);
CREATE INDEX position_updated ON recruiting_position USING btree (updated_at, id);
CREATE INDEX recruiting_candidatemove_candidate_id_a5535dd9 ON recruiting_candidatemove USING btree (candidate_id);
CREATE INDEX recruiting_collaborator_user_id_abaee7d4 ON recruiting_collaborator USING btree (user_id);
CREATE INDEX refresh_token_family ON oauth_refreshtoken USING btree (token_family);
CREATE INDEX storedreply_age ON traffic_storedreply USING btree (created_at);
CREATE INDEX traffic_bucket_credential_f9f65aed_like ON traffic_bucket USING btree (credential varchar_pattern_ops);
CREATE UNIQUE INDEX user_username_unique ON accounts_user USING btree (lower((username)::text));
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_applicationdetail
    ADD CONSTRAINT jobsearch_applicatio_application_id_4af7f064_fk_jobsearch FOREIGN KEY (application_id) REFERENCES jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_application
    ADD CONSTRAINT jobsearch_application_status_id_b1220483_fk_jobsearch_status_id FOREIGN KEY (status_id) REFERENCES jobsearch_status(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_application
    ADD CONSTRAINT jobsearch_application_user_id_e2b306c7_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_note
    ADD CONSTRAINT jobsearch_note_application_id_0600facc_fk_jobsearch FOREIGN KEY (application_id) REFERENCES jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_application_id_dcf33d89_fk_jobsearch FOREIGN KEY (application_id) REFERENCES jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_message_id_28e58cfe_fk_mail_stor FOREIGN KEY (message_id) REFERENCES mail_storedmessage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_status_id_fb1dfa21_fk_jobsearch FOREIGN KEY (status_id) REFERENCES jobsearch_status(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY logins_linkedidentity
    ADD CONSTRAINT logins_linkedidentity_user_id_6805b146_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY mail_storedmessage
    ADD CONSTRAINT mail_storedmessage_user_id_1bd3cc31_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_application_id_4d794332_fk_oauth_client_id FOREIGN KEY (application_id) REFERENCES oauth_client(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_source_refresh_token_0d52bac2_fk_oauth_ref FOREIGN KEY (source_refresh_token_id) REFERENCES oauth_refreshtoken(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_user_id_72f89729_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_access_token_id_5dad2dd5_fk_oauth_acc FOREIGN KEY (access_token_id) REFERENCES oauth_accesstoken(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_application_id_65d24bc0_fk_oauth_client_id FOREIGN KEY (application_id) REFERENCES oauth_client(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_user_id_9c01dc5b_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_candidate_id_69465a73_fk_recruitin FOREIGN KEY (candidate_id) REFERENCES recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_created_by_id_b6c2889a_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_position_id_ab3328cc_fk_recruitin FOREIGN KEY (position_id) REFERENCES recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_unlinked_from_id_c59fb0de_fk_recruitin FOREIGN KEY (unlinked_from_id) REFERENCES recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidate_actor_id_113e8a7e_fk_accounts_ FOREIGN KEY (actor_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidate_candidate_id_a5535dd9_fk_recruitin FOREIGN KEY (candidate_id) REFERENCES recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_created_by_id_0b4c4dd1_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_position_id_ac097027_fk_recruitin FOREIGN KEY (position_id) REFERENCES recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_collaborator
    ADD CONSTRAINT recruiting_collabora_position_id_bb4da68e_fk_recruitin FOREIGN KEY (position_id) REFERENCES recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_collaborator
    ADD CONSTRAINT recruiting_collaborator_user_id_abaee7d4_fk_accounts_user_uuid FOREIGN KEY (user_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposit_position_id_91d8f12f_fk_recruitin FOREIGN KEY (position_id) REFERENCES recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposition_user_id_fb2485a7_fk_accounts_user_uuid FOREIGN KEY (user_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY recruiting_position
    ADD CONSTRAINT recruiting_position_created_by_id_b0a6102d_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;', '2026-11-26 16:19:32.573069+00');

INSERT INTO public.tenants_tenant VALUES
	('t_6i5zrottl7iqe4tv', '01a218a7-b0e9-7010-826e-abe7974fc091', 'demo', 'Demo', 'active', false, '29eba1ea94281dd47ce42628b0ce687cf43e59b3e343135f929db5b8abb2974b', '2026-11-26 16:19:32.71352+00');

INSERT INTO t_6i5zrottl7iqe4tv.accounts_apikey VALUES
	('01a218a7-b35c-7224-a836-9d0a58fab32c', '\x6125d55ef4cfe5f4b17a7438848f769a1560e7a641427a66c1f308926b9543d2', 'qi54', true, true, NULL, NULL, NULL, '2026-11-26 16:19:33.340268+00', NULL, NULL, '2026-11-26 16:19:34.418719+00', 1);

INSERT INTO t_6i5zrottl7iqe4tv.accounts_user VALUES
	('!qHvXBhCVjjvWRNGxDhsrMT0CJQBFlxR6dJNma1Hz', NULL, 1, '01a218a7-b34d-762e-80a7-7e1fb955abea', 'owner@demo.example', NULL, '', '', true, false, false, true, '2026-11-26 16:19:33.33307+00', 'UTC', '2026-11-26 16:19:33.325859+00'),
	('!3MnqTpymnxzpsuhRvTy0rsbih5kAzmoyIudE5Dvo', NULL, 2, '01a218a7-b387-71d3-be57-935bd099beeb', 'anna@demo.example', NULL, '', '', true, false, false, false, NULL, 'UTC', '2026-11-26 16:19:33.384043+00'),
	('!MgHBIqUbbZ0qz9al9rMIpnL91p2gMYoHg8dzz3OU', NULL, 3, '01a218a7-b388-77b8-99a6-94f622c61dd3', 'chris@client.example', NULL, '', '', true, false, false, false, NULL, 'UTC', '2026-11-26 16:19:33.384122+00'),
	('!lTd1Zh5pOpkdoqsPwX5V9hoyf2P0HhgfXeBeFtG9', NULL, 4, '01a218a7-b388-77b8-99a6-94f775b3bf78', 'sam@supplier.example', NULL, '', '', true, false, false, false, NULL, 'UTC', '2026-11-26 16:19:33.384194+00'),
	('!tgQjkPZthMVhSjJLqJaVSPFmiNUXvEMTE6ICk0qA', NULL, 5, '01a218a7-b7ec-7289-b472-23bc00d915dc', 'neo@client.example', NULL, '', '', true, false, false, false, NULL, 'UTC', '2026-11-26 16:19:34.508548+00'),
	('argon2$argon2id$v=19$m=102400,t=2,p=8$ZXg4OVM3Z09lTGY2bnAwUTJRYmhFMA$dxv266VM1ttVwP9yXdBGiPfc27qro+qMoLB7mIRnlEo', NULL, 6, '01a218a7-c49e-7273-ba95-29a2ac946d52', 'jo@demo.example', 'jo', '', '', true, false, false, true, '2026-11-26 16:19:37.786488+00', 'UTC', '2026-11-26 16:19:37.758297+00');

INSERT INTO t_6i5zrottl7iqe4tv.django_migrations VALUES
	(1, 'accounts', '0001_initial', '2026-11-26 16:19:30.127654+00'),
	(2, 'mail', '0001_initial', '2026-11-26 16:19:30.194284+00'),
	(3, 'jobsearch', '0001_initial', '2026-11-26 16:19:30.394563+00'),
	(4, 'jobsearch', '0002_statuses', '2026-11-26 16:19:30.398954+00'),
	(5, 'logins', '0001_initial', '2026-11-26 16:19:30.526317+00'),
	(6, 'oauth', '0001_initial', '2026-11-26 16:19:30.81459+00'),
	(7, 'recruiting', '0001_initial', '2026-11-26 16:19:31.794615+00'),
	(8, 'recruiting', '0002_lost_position', '2026-11-26 16:19:31.878293+00'),
	(9, 'recruiting', '0003_unlinked_attachment', '2026-11-26 16:19:32.314325+00'),
	(10, 'traffic', '0001_initial', '2026-11-26 16:19:32.382576+00');

INSERT INTO t_6i5zrottl7iqe4tv.jobsearch_application VALUES
	(1, 'Tester', 'Acme', NULL, '2026-11-01 00:00:00+00', '', 'Vettery', false, '2026-11-26 16:19:47.365511+00', NULL, 6, 1);

INSERT INTO t_6i5zrottl7iqe4tv.jobsearch_note VALUES
	(1, 'Call back', '2026-11-26 16:19:47.398946+00', NULL, 1);

INSERT INTO t_6i5zrottl7iqe4tv.jobsearch_status VALUES
	(1, 'Applied'),
	(2, 'To Apply'),
	(3, 'Phone Screen'),
	(4, 'Onsite Interview'),
	(5, 'Offer');

INSERT INTO t_6i5zrottl7iqe4tv.jobsearch_statuschange VALUES
	(1, false, '2026-11-26 16:19:47.370632+00', 1, NULL, 1);

INSERT INTO t_6i5zrottl7iqe4tv.logins_failedlogins VALUES
	('\x5cb01652e9d4c3a822628b8cb5cad545ebe438dfbcb8533942aea3079556bb53', '{}', '2026-11-26 16:29:46.770841+00');

INSERT INTO t_6i5zrottl7iqe4tv.logins_providerclient VALUES
	(1, 'google-oauth2', 'client.example', '\x6741414141414272434677686266394976376542334f34324c34565a57646c4f742d7375746338354436414b794e44415f4e475a52494635495941306946537953715f575656765f7576647055463238496d6c3656786362744d6c4a306b75577831672d446f7636625f796178354f6b547361757131593d', '2026-11-26 16:19:45.933519+00');

INSERT INTO t_6i5zrottl7iqe4tv.oauth_accesstoken VALUES
	(1, '2026-11-27 02:19:47.331018+00', 'read write', '2026-11-26 16:19:47.331936+00', '2026-11-26 16:19:47.331943+00', '709de2dec20ffbbfb67120f57694d50b8ff436eb00a0e1547f71d65957ec88c9', 6, 1, NULL);

INSERT INTO t_6i5zrottl7iqe4tv.oauth_client VALUES
	(1, 'Demo (first client)', '2026-11-26 16:19:33.351745+00', '2026-11-26 16:19:33.351768+00', 'hpc_demo_ECr5wSHHqOZ3FWyPemT35fqWSsOyvc303nQqE3', '\x3ce3be8db006ef7b4851e044e85972ee8f498b593dd9a97721b4a6f88c145408', NULL, 'confidential', 'password');

INSERT INTO t_6i5zrottl7iqe4tv.oauth_refreshtoken VALUES
	(1, '5bd17798-f1e3-468a-8eb3-3d688f15438c', '2026-11-26 16:19:47.336024+00', '2026-11-26 16:19:47.33604+00', NULL, '6b07962173562a4a3d6c9e49957710d43e55f2ce03442c77d0b6b384bc2887fd', 1, 1, 6);

INSERT INTO t_6i5zrottl7iqe4tv.recruiting_attachment VALUES
	('01a218a7-b79f-70b3-84c0-917a2b2cfe3a', 'cv.txt', 'text/plain', 21, 0, '2026-11-26 16:19:34.432531+00', '01a218a7-b34d-762e-80a7-7e1fb955abea', NULL, '01a218a7-b7e7-7269-8af1-e142d7355e17', NULL);

INSERT INTO t_6i5zrottl7iqe4tv.recruiting_candidate VALUES
	('01a218a7-b3a2-711e-89bf-33f9546bb68f', 'Ada Byron', '+31 20 555 0101', 'EUR 78,000', '<p>Ten years of engines, analytical and other.</p>', 'ada@people.example', '2027-01-25 09:00:00+00', 'interviewing', NULL, NULL, '2026-11-26 16:19:33.415+00', '2026-11-26 16:19:33.415+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	('01a218a7-b3a2-711e-89bf-33fa4c42372f', 'Edgar Codd', NULL, NULL, NULL, 'edgar@people.example', NULL, 'shortlist', NULL, NULL, '2026-11-26 16:19:33.416+00', '2026-11-26 16:19:33.416+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	('01a218a7-b3a2-711e-89bf-33fbee00e847', 'Grace Murray', NULL, NULL, NULL, 'grace@people.example', NULL, 'longlist', NULL, NULL, '2026-11-26 16:19:33.417+00', '2026-11-26 16:19:33.417+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	('01a218a7-b3d2-70d7-b751-093d0b4b4226', 'Dieter Braun', NULL, NULL, NULL, 'dieter@people.example', NULL, 'application', NULL, NULL, '2026-11-26 16:19:33.465+00', '2026-11-26 16:19:33.465+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b3bf-7120-ab21-9ba34d919749'),
	('01a218a7-b3d2-70d7-b751-093ef117f072', 'Ray Kaiser', NULL, NULL, NULL, 'ray@people.example', NULL, 'longlist', NULL, NULL, '2026-11-26 16:19:33.466+00', '2026-11-26 16:19:33.466+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b3bf-7120-ab21-9ba34d919749'),
	('01a218a7-b80a-71b1-abbc-6883c56adb87', 'Ada Byron', '+31 20 555 0101', NULL, NULL, 'ada@people.example', NULL, 'interviewing', NULL, NULL, '2026-11-26 16:19:34.541+00', '2026-11-26 16:19:34.59+00', NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b7e7-7269-8af1-e142d7355e17'),
	('01a218a7-b81d-740b-803d-15700012aa47', NULL, NULL, NULL, NULL, NULL, NULL, 'draft', NULL, NULL, '2026-11-26 16:19:34.56+00', '2026-11-26 16:19:34.61+00', '2026-11-26 16:19:34.61+00', '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b7e7-7269-8af1-e142d7355e17');

INSERT INTO t_6i5zrottl7iqe4tv.recruiting_candidatemove VALUES
	('01a218a7-b82f-73e0-b6ce-f6fa198c8391', 'longlist', 'interviewing', NULL, '2026-11-26 16:19:34.574+00', '01a218a7-b34d-762e-80a7-7e1fb955abea', '01a218a7-b80a-71b1-abbc-6883c56adb87');

INSERT INTO t_6i5zrottl7iqe4tv.recruiting_collaborator VALUES
	(1, 'admin', 'awaiting_registration', 0, '01a218a7-b387-71d3-be57-935bd099beeb', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	(2, 'client', 'awaiting_registration', 1, '01a218a7-b388-77b8-99a6-94f622c61dd3', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	(3, 'supplier', 'awaiting_registration', 2, '01a218a7-b388-77b8-99a6-94f775b3bf78', '01a218a7-b382-7197-bdc9-3d3430e9eed5'),
	(4, 'admin', 'awaiting_registration', 0, '01a218a7-b387-71d3-be57-935bd099beeb', '01a218a7-b3bf-7120-ab21-9ba34d919749'),
	(5, 'supplier', 'awaiting_registration', 0, '01a218a7-b7ec-7289-b472-23bc00d915dc', '01a218a7-b7e7-7269-8af1-e142d7355e17');

INSERT INTO t_6i5zrottl7iqe4tv.recruiting_position VALUES
	('01a218a7-b382-7197-bdc9-3d3430e9eed5', 'Backend engineer', 'Amsterdam', '<p>Python and PostgreSQL, in a team of six. <b>Remote</b> for three days a week.</p>', 'full-time', NULL, '2027-01-25 09:00:00+00', 'open', 2, '2026-11-26 16:19:33.374+00', '2026-11-26 16:19:33.374+00', NULL, NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea'),
	('01a218a7-b3bf-7120-ab21-9ba34d919749', 'Product designer', 'Berlin', '<p>Three days a week. Bring a portfolio.</p>', 'part-time', NULL, NULL, 'open', 1, '2026-11-26 16:19:33.438+00', '2026-11-26 16:19:33.438+00', NULL, NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea'),
	('01a218a7-b3e0-731b-8a12-cd49e72af729', 'Office manager', 'Lisbon', '<p>From autumn on.</p>', NULL, NULL, NULL, 'draft', NULL, '2026-11-26 16:19:33.472+00', '2026-11-26 16:19:33.472+00', NULL, NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea'),
	('01a218a7-b7e7-7269-8af1-e142d7355e17', 'Software Tester', NULL, NULL, 'part-time', NULL, NULL, 'draft', NULL, '2026-11-26 16:19:34.503+00', '2026-11-26 16:19:34.503+00', NULL, NULL, '01a218a7-b34d-762e-80a7-7e1fb955abea');

INSERT INTO t_6i5zrottl7iqe4tv.traffic_bucket VALUES
	('01a218a7-b35c-7224-a836-9d0a58fab32c', 991.5893, 8, '2026-11-26 16:19:34.683172+00'),
	('oauth:1:01a218a7-c49e-7273-ba95-29a2ac946d52', 994.9098, 2, '2026-11-26 16:19:47.430146+00');

INSERT INTO t_6i5zrottl7iqe4tv.traffic_storedreply VALUES
	('01a218a7-b35c-7224-a836-9d0a58fab32c', 'POST /positions', '3d96a458120e68868ccca6bad66be3fc8df4627a6b7372d69b98d3ba7688774d', '\xb351fe3c924aad760f996dda836327f2ed18fbfd86fbb658452fe53cf0192b9a', 200, '{"success":true,"statusCode":200,"data":{"id":"01a218a7-b7e7-7269-8af1-e142d7355e17","title":"Software Tester","type":"part-time","status":"draft","attachmentIds":["01a218a7-b79f-70b3-84c0-917a2b2cfe3a"],"collaborators":[{"email":"neo@client.example","userId":"01a218a7-b7ec-7289-b472-23bc00d915dc","type":"supplier","status":"awaiting_registration"}],"createdBy":"01a218a7-b34d-762e-80a7-7e1fb955abea","createdAt":"2026-11-26T16:19:34.503Z","updatedAt":"2026-11-26T16:19:34.503Z"}}', '2026-11-26 16:19:34.498093+00');

SELECT pg_catalog.setval('public.accounts_user_id_seq', 1, true);

SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_permission_id_seq', 152, true);

SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 38, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 70, true);

SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, true);

SELECT pg_catalog.setval('public.tenants_auditentry_id_seq', 4, true);

SELECT pg_catalog.setval('public.tenants_domain_id_seq', 1, true);

SELECT pg_catalog.setval('public.tenants_pluginswitch_id_seq', 1, false);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.accounts_user_id_seq', 6, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.django_migrations_id_seq', 10, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.jobsearch_application_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.jobsearch_note_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.jobsearch_status_id_seq', 5, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.jobsearch_statuschange_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.logins_linkedidentity_id_seq', 1, false);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.logins_providerclient_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.mail_storedmessage_id_seq', 1, false);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.oauth_accesstoken_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.oauth_client_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.oauth_refreshtoken_id_seq', 1, true);

SELECT pg_catalog.setval('t_6i5zrottl7iqe4tv.recruiting_collaborator_id_seq', 5, true);

ALTER TABLE ONLY happo_jobs.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.tenants_pluginswitch
    ADD CONSTRAINT plugin_switch_once UNIQUE (tenant_id, plugin);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_auditentry
    ADD CONSTRAINT tenants_auditentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_domain
    ADD CONSTRAINT tenants_domain_domain_key UNIQUE (domain);

ALTER TABLE ONLY public.tenants_domain
    ADD CONSTRAINT tenants_domain_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_pluginswitch
    ADD CONSTRAINT tenants_pluginswitch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_schematemplate
    ADD CONSTRAINT tenants_schematemplate_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.tenants_tenant
    ADD CONSTRAINT tenants_tenant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_tenant
    ADD CONSTRAINT tenants_tenant_schema_name_key UNIQUE (schema_name);

ALTER TABLE ONLY public.tenants_tenant
    ADD CONSTRAINT tenants_tenant_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT user_email_unique UNIQUE (email);

ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT user_uuid_unique UNIQUE (uuid);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT access_token_unique UNIQUE (token_checksum);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_apikey
    ADD CONSTRAINT apikey_secret_hash_unique UNIQUE (secret_hash);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_client
    ADD CONSTRAINT client_id_unique UNIQUE (client_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_collaborator
    ADD CONSTRAINT collaborator_once_per_position UNIQUE (position_id, user_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_linkedidentity
    ADD CONSTRAINT identity_of_one_user UNIQUE (provider, subject);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_linkedidentity
    ADD CONSTRAINT identity_once_per_provider UNIQUE (user_id, provider);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_application
    ADD CONSTRAINT jobsearch_application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_applicationdetail
    ADD CONSTRAINT jobsearch_applicationdetail_pkey PRIMARY KEY (application_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_note
    ADD CONSTRAINT jobsearch_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_status
    ADD CONSTRAINT jobsearch_status_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_failedlogins
    ADD CONSTRAINT logins_failedlogins_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_linkedidentity
    ADD CONSTRAINT logins_linkedidentity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_providerclient
    ADD CONSTRAINT logins_providerclient_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.mail_storedmessage
    ADD CONSTRAINT mail_storedmessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.mail_storedmessage
    ADD CONSTRAINT message_once_per_mailbox UNIQUE (user_id, mailbox, mailbox_key);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_source_refresh_token_id_key UNIQUE (source_refresh_token_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_client
    ADD CONSTRAINT oauth_client_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_access_token_id_key UNIQUE (access_token_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_providerclient
    ADD CONSTRAINT provider_client_once UNIQUE (provider, client_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_attachment
    ADD CONSTRAINT recruiting_attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidatemove_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_collaborator
    ADD CONSTRAINT recruiting_collaborator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposition_pkey PRIMARY KEY (user_id, position_id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_position
    ADD CONSTRAINT recruiting_position_pkey PRIMARY KEY (id);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT refresh_token_unique UNIQUE (token_checksum);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_status
    ADD CONSTRAINT status_value_unique UNIQUE (value);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.traffic_bucket
    ADD CONSTRAINT traffic_bucket_pkey PRIMARY KEY (credential);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.traffic_storedreply
    ADD CONSTRAINT traffic_storedreply_pkey PRIMARY KEY (credential, route, key);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_user
    ADD CONSTRAINT user_email_unique UNIQUE (email);

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_user
    ADD CONSTRAINT user_uuid_unique UNIQUE (uuid);

CREATE INDEX audit_of_tenant ON public.tenants_auditentry USING btree (tenant, at DESC);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX tenants_domain_domain_e75f0449_like ON public.tenants_domain USING btree (domain varchar_pattern_ops);

CREATE INDEX tenants_domain_is_primary_0abe1b9f ON public.tenants_domain USING btree (is_primary);

CREATE INDEX tenants_domain_tenant_id_3c778562 ON public.tenants_domain USING btree (tenant_id);

CREATE INDEX tenants_schematemplate_digest_c8f2c560_like ON public.tenants_schematemplate USING btree (digest varchar_pattern_ops);

CREATE INDEX tenants_tenant_schema_name_c2605603_like ON public.tenants_tenant USING btree (schema_name varchar_pattern_ops);

CREATE INDEX tenants_tenant_slug_0a9b71e6_like ON public.tenants_tenant USING btree (slug varchar_pattern_ops);

CREATE UNIQUE INDEX user_username_unique ON public.accounts_user USING btree (lower((username)::text));

CREATE INDEX accounts_apikey_user_id_bd902026 ON t_6i5zrottl7iqe4tv.accounts_apikey USING btree (user_id);

CREATE INDEX application_newest ON t_6i5zrottl7iqe4tv.jobsearch_application USING btree (user_id, apply_date DESC, id DESC) WHERE (deleted_at IS NULL);

CREATE INDEX attachment_of_candidate ON t_6i5zrottl7iqe4tv.recruiting_attachment USING btree (candidate_id, ordinal) WHERE (candidate_id IS NOT NULL);

CREATE INDEX attachment_of_position ON t_6i5zrottl7iqe4tv.recruiting_attachment USING btree (position_id, ordinal) WHERE (position_id IS NOT NULL);

CREATE INDEX attachment_unlinked ON t_6i5zrottl7iqe4tv.recruiting_attachment USING btree (unlinked_from_id) WHERE (unlinked_from_id IS NOT NULL);

CREATE INDEX candidate_newest ON t_6i5zrottl7iqe4tv.recruiting_candidate USING btree (position_id, created_at DESC, id DESC);

CREATE INDEX candidate_updated ON t_6i5zrottl7iqe4tv.recruiting_candidate USING btree (position_id, updated_at, id);

CREATE INDEX failedlogins_age ON t_6i5zrottl7iqe4tv.logins_failedlogins USING btree (expires_at);

CREATE INDEX jobsearch_note_application_id_0600facc ON t_6i5zrottl7iqe4tv.jobsearch_note USING btree (application_id);

CREATE INDEX jobsearch_statuschange_application_id_dcf33d89 ON t_6i5zrottl7iqe4tv.jobsearch_statuschange USING btree (application_id);

CREATE INDEX message_of_jobs_newest ON t_6i5zrottl7iqe4tv.mail_storedmessage USING btree (user_id, received_at DESC, id DESC) WHERE (NOT ((plugin)::text = ''::text));

CREATE INDEX oauth_accesstoken_user_id_72f89729 ON t_6i5zrottl7iqe4tv.oauth_accesstoken USING btree (user_id);

CREATE INDEX oauth_refreshtoken_user_id_9c01dc5b ON t_6i5zrottl7iqe4tv.oauth_refreshtoken USING btree (user_id);

CREATE INDEX position_newest ON t_6i5zrottl7iqe4tv.recruiting_position USING btree (created_by_id, created_at DESC, id DESC);

CREATE INDEX position_updated ON t_6i5zrottl7iqe4tv.recruiting_position USING btree (updated_at, id);

CREATE INDEX recruiting_candidatemove_candidate_id_a5535dd9 ON t_6i5zrottl7iqe4tv.recruiting_candidatemove USING btree (candidate_id);

CREATE INDEX recruiting_collaborator_user_id_abaee7d4 ON t_6i5zrottl7iqe4tv.recruiting_collaborator USING btree (user_id);

CREATE INDEX refresh_token_family ON t_6i5zrottl7iqe4tv.oauth_refreshtoken USING btree (token_family);

CREATE INDEX storedreply_age ON t_6i5zrottl7iqe4tv.traffic_storedreply USING btree (created_at);

CREATE INDEX traffic_bucket_credential_f9f65aed_like ON t_6i5zrottl7iqe4tv.traffic_bucket USING btree (credential varchar_pattern_ops);

CREATE UNIQUE INDEX user_username_unique ON t_6i5zrottl7iqe4tv.accounts_user USING btree (lower((username)::text));

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

ALTER TABLE ONLY happo_jobs.record
    ADD CONSTRAINT record_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.tenants_domain
    ADD CONSTRAINT tenants_domain_tenant_id_3c778562_fk_tenants_tenant_id FOREIGN KEY (tenant_id) REFERENCES public.tenants_tenant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tenants_pluginswitch
    ADD CONSTRAINT tenants_pluginswitch_tenant_id_fff3b365_fk_tenants_tenant_id FOREIGN KEY (tenant_id) REFERENCES public.tenants_tenant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_applicationdetail
    ADD CONSTRAINT jobsearch_applicatio_application_id_4af7f064_fk_jobsearch FOREIGN KEY (application_id) REFERENCES t_6i5zrottl7iqe4tv.jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_application
    ADD CONSTRAINT jobsearch_application_status_id_b1220483_fk_jobsearch_status_id FOREIGN KEY (status_id) REFERENCES t_6i5zrottl7iqe4tv.jobsearch_status(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_application
    ADD CONSTRAINT jobsearch_application_user_id_e2b306c7_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_note
    ADD CONSTRAINT jobsearch_note_application_id_0600facc_fk_jobsearch FOREIGN KEY (application_id) REFERENCES t_6i5zrottl7iqe4tv.jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_application_id_dcf33d89_fk_jobsearch FOREIGN KEY (application_id) REFERENCES t_6i5zrottl7iqe4tv.jobsearch_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_message_id_28e58cfe_fk_mail_stor FOREIGN KEY (message_id) REFERENCES t_6i5zrottl7iqe4tv.mail_storedmessage(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.jobsearch_statuschange
    ADD CONSTRAINT jobsearch_statuschan_status_id_fb1dfa21_fk_jobsearch FOREIGN KEY (status_id) REFERENCES t_6i5zrottl7iqe4tv.jobsearch_status(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.logins_linkedidentity
    ADD CONSTRAINT logins_linkedidentity_user_id_6805b146_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.mail_storedmessage
    ADD CONSTRAINT mail_storedmessage_user_id_1bd3cc31_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_application_id_4d794332_fk_oauth_client_id FOREIGN KEY (application_id) REFERENCES t_6i5zrottl7iqe4tv.oauth_client(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_source_refresh_token_0d52bac2_fk_oauth_ref FOREIGN KEY (source_refresh_token_id) REFERENCES t_6i5zrottl7iqe4tv.oauth_refreshtoken(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_accesstoken
    ADD CONSTRAINT oauth_accesstoken_user_id_72f89729_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_access_token_id_5dad2dd5_fk_oauth_acc FOREIGN KEY (access_token_id) REFERENCES t_6i5zrottl7iqe4tv.oauth_accesstoken(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_application_id_65d24bc0_fk_oauth_client_id FOREIGN KEY (application_id) REFERENCES t_6i5zrottl7iqe4tv.oauth_client(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.oauth_refreshtoken
    ADD CONSTRAINT oauth_refreshtoken_user_id_9c01dc5b_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_candidate_id_69465a73_fk_recruitin FOREIGN KEY (candidate_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_created_by_id_b6c2889a_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_position_id_ab3328cc_fk_recruitin FOREIGN KEY (position_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_attachment
    ADD CONSTRAINT recruiting_attachmen_unlinked_from_id_c59fb0de_fk_recruitin FOREIGN KEY (unlinked_from_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidate_actor_id_113e8a7e_fk_accounts_ FOREIGN KEY (actor_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidatemove
    ADD CONSTRAINT recruiting_candidate_candidate_id_a5535dd9_fk_recruitin FOREIGN KEY (candidate_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_candidate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_created_by_id_0b4c4dd1_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_candidate
    ADD CONSTRAINT recruiting_candidate_position_id_ac097027_fk_recruitin FOREIGN KEY (position_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_collaborator
    ADD CONSTRAINT recruiting_collabora_position_id_bb4da68e_fk_recruitin FOREIGN KEY (position_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_collaborator
    ADD CONSTRAINT recruiting_collaborator_user_id_abaee7d4_fk_accounts_user_uuid FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposit_position_id_91d8f12f_fk_recruitin FOREIGN KEY (position_id) REFERENCES t_6i5zrottl7iqe4tv.recruiting_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_lostposition
    ADD CONSTRAINT recruiting_lostposition_user_id_fb2485a7_fk_accounts_user_uuid FOREIGN KEY (user_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY t_6i5zrottl7iqe4tv.recruiting_position
    ADD CONSTRAINT recruiting_position_created_by_id_b0a6102d_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES t_6i5zrottl7iqe4tv.accounts_user(uuid) DEFERRABLE INITIALLY DEFERRED;

GRANT USAGE ON SCHEMA happo_jobs TO PUBLIC;

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO happo_owner;
GRANT USAGE ON SCHEMA public TO happo_app;

GRANT USAGE ON SCHEMA t_6i5zrottl7iqe4tv TO t_6i5zrottl7iqe4tv;

REVOKE ALL ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION pg_catalog.set_config(text, text, boolean) TO happo_owner;

GRANT SELECT,DELETE,UPDATE ON TABLE public.procrastinate_jobs TO happo_app;

GRANT SELECT,INSERT,UPDATE ON TABLE happo_jobs.record TO happo_app;

GRANT SELECT ON TABLE public.accounts_user TO happo_app;

GRANT UPDATE(password) ON TABLE public.accounts_user TO happo_app;

GRANT UPDATE(last_login) ON TABLE public.accounts_user TO happo_app;

GRANT USAGE ON SEQUENCE public.accounts_user_id_seq TO happo_app;

GRANT USAGE ON SEQUENCE public.auth_group_id_seq TO happo_app;

GRANT USAGE ON SEQUENCE public.auth_group_permissions_id_seq TO happo_app;

GRANT USAGE ON SEQUENCE public.auth_permission_id_seq TO happo_app;

GRANT SELECT,INSERT ON TABLE public.django_admin_log TO happo_app;

GRANT USAGE ON SEQUENCE public.django_admin_log_id_seq TO happo_app;

GRANT SELECT ON TABLE public.django_content_type TO happo_app;

GRANT USAGE ON SEQUENCE public.django_content_type_id_seq TO happo_app;

GRANT SELECT ON TABLE public.django_migrations TO happo_app;

GRANT USAGE ON SEQUENCE public.django_migrations_id_seq TO happo_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO happo_app;

GRANT SELECT,INSERT ON TABLE public.procrastinate_events TO happo_app;

GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO happo_app;

GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO happo_app;

GRANT SELECT,UPDATE ON TABLE public.procrastinate_periodic_defers TO happo_app;

GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO happo_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_workers TO happo_app;

GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO happo_app;

GRANT SELECT,INSERT ON TABLE public.tenants_auditentry TO happo_app;

GRANT USAGE ON SEQUENCE public.tenants_auditentry_id_seq TO happo_app;

GRANT SELECT ON TABLE public.tenants_domain TO happo_app;

GRANT USAGE ON SEQUENCE public.tenants_domain_id_seq TO happo_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants_pluginswitch TO happo_app;

GRANT USAGE ON SEQUENCE public.tenants_pluginswitch_id_seq TO happo_app;

GRANT SELECT ON TABLE public.tenants_tenant TO happo_app;

GRANT UPDATE(name) ON TABLE public.tenants_tenant TO happo_app;

GRANT UPDATE(status) ON TABLE public.tenants_tenant TO happo_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.accounts_apikey TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.accounts_user TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.accounts_user_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.jobsearch_application TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.jobsearch_application_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.jobsearch_applicationdetail TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.jobsearch_note TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.jobsearch_note_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.jobsearch_status TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.jobsearch_status_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.jobsearch_statuschange TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.jobsearch_statuschange_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.logins_failedlogins TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.logins_linkedidentity TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.logins_linkedidentity_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.logins_providerclient TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.logins_providerclient_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.mail_storedmessage TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.mail_storedmessage_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.oauth_accesstoken TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.oauth_accesstoken_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.oauth_client TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.oauth_client_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.oauth_refreshtoken TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.oauth_refreshtoken_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_attachment TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_candidate TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_candidatemove TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_collaborator TO t_6i5zrottl7iqe4tv;

GRANT SELECT,USAGE ON SEQUENCE t_6i5zrottl7iqe4tv.recruiting_collaborator_id_seq TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_lostposition TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.recruiting_position TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.traffic_bucket TO t_6i5zrottl7iqe4tv;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE t_6i5zrottl7iqe4tv.traffic_storedreply TO t_6i5zrottl7iqe4tv;

ALTER DEFAULT PRIVILEGES FOR ROLE happo_owner IN SCHEMA t_6i5zrottl7iqe4tv GRANT SELECT,USAGE ON SEQUENCES TO t_6i5zrottl7iqe4tv;

ALTER DEFAULT PRIVILEGES FOR ROLE happo_owner IN SCHEMA t_6i5zrottl7iqe4tv GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO t_6i5zrottl7iqe4tv;

