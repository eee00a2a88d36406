"""Cutting a string into few long pieces."""

from collections.abc import Container


def worth(piece: str) -> float:
    """What a piece counts for: its length squared, so that one long piece beats two short ones."""
    return float(len(piece) ** 2)


def cut(text: str, pieces: Container[str], longest: int) -> list[str]:
    """The cut of `text` into at least two pieces, of the greatest sum of worths.

    pieces:  what it may be cut into; single characters count as pieces, worth nothing, if not
    longest: length of the longest piece to look for

    A text of one character, which cannot be cut, comes back whole. Of equal cuts the one whose
    last piece is longest is taken.
    """
    size = len(text)
    if size < 2:
        return [text]
    best, back = [0.0] + [-1.0] * size, [0] * (size + 1)
    for end in range(1, size + 1):
        for start in range(max(0, end - longest), end):
            if end - start == size:
                continue
            if text[start:end] in pieces:
                total = best[start] + worth(text[start:end])
            elif end - start == 1:
                total = best[start]
            else:
                continue
            if total > best[end]:
                best[end], back[end] = total, start
    found = []
    while size:
        found.append(text[back[size] : size])
        size = back[size]
    return found[::-1]
