"""Exports of all data of a tenant, for its owner: made by a job, downloaded from the console, deleted after a week."""
