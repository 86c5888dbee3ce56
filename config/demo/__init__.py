"""What `make run` and `manage.py demo` show: made-up tenants, with samples and mail."""
