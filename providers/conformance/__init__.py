"""The contract tests, a module for each kind of plugin. Plugin authors import them from `providers.testing`."""
