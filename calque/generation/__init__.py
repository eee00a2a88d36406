"""Labelled data of another language from text that a model writes."""
