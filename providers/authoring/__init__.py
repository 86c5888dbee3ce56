"""For authors of plugins: makes the package of a new plugin, and holds a plugin against the contract."""
