"""The PostgreSQL server that `make run` starts where `DATABASE_URL` is not set."""
