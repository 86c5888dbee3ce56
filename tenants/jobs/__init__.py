"""The job queue (procrastinate) behind the port `core.jobs`."""
