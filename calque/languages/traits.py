"""What of a word's spelling tells where it comes from: its n-grams, itself, and its casing."""

from calque.languages.words import folded

_BEGINS, _ENDS, _WHOLE = "\x02", "\x03", "\x01"  # no text holds these


def traits(word: str, longest: int) -> list[str]:
    """Names of the traits that a word has, each once.

    Character n-grams of the folded word (lower case, NFC) with its borders marked, of 1 to `longest`
    characters, borders counted; the whole word; and whether it is written with an initial capital,
    in capitals alone, holds a digit, or holds no letter at all.
    """
    text = folded(word)
    marked = f"{_BEGINS}{text}{_ENDS}"
    found = {
        marked[start : start + size]
        for size in range(1, longest + 1)
        for start in range(len(marked) - size + 1)
    }
    found -= {_BEGINS, _ENDS}
    found.add(whole(word))
    found |= {f"{_WHOLE}{_WHOLE}{name}" for name in _casing(word)}
    return sorted(found)


def whole(word: str) -> str:
    """Name of the trait that only this word has, however it is cased."""
    return _WHOLE + folded(word)


def _casing(word: str) -> list[str]:
    checks = {
        "initial": word[:1].isupper(),
        "capitals": len(word) > 1 and word.isupper(),
        "digit": any(character.isdigit() for character in word),
        "letterless": not any(character.isalpha() for character in word),
    }
    return [name for name, holds in checks.items() if holds]
