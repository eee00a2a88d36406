"""Self-contained pages to look at results: no scripts from elsewhere, readable on a phone, dark or light."""
