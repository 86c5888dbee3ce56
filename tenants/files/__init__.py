"""The files of tenants behind the storage that `config` chooses."""
