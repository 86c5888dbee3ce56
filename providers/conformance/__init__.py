"""The contract tests, one module per kind of plugin; `providers.testing` gives them to plugin authors."""
