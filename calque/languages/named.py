"""Languages by the names that models know them by."""

from calque.errors import CalqueError
from calque.languages.codes import resolve


def named(language: str) -> str:
    """The English name of a language; the code of one that has no name."""
    try:
        resolved = resolve(language)
    except CalqueError:  # a code of one's own
        return language
    return language if resolved.name.startswith("Unknown") else resolved.name
