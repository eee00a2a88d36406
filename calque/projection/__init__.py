"""Labels carried into another language through a rewritten text."""
