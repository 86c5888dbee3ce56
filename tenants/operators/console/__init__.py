"""The operators' console at `/admin/`: a module for each page, all listed in `pages`."""
