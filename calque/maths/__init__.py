"""Pure arrays: no languages, files, tokens or papers."""
