"""Adaptation: models changed by, or made from, other models of the same shape."""
