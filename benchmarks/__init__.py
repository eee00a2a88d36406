"""One script per claim; each prints a table, or with --json rows for machines."""
