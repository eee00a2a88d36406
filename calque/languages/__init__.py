"""Names of languages, their scripts and their words: `codes`, `scripts`, `words`, `identify`."""

from calque.languages.codes import Language, resolve, same

__all__ = ["Language", "resolve", "same"]
