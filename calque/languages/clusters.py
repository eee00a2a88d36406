"""Characters as readers see them: a letter with its marks, an emoji with what is joined to it."""


def whole_characters(text: str, begin: int, end: int) -> tuple[int, int]:
    """The span [begin, end) of a text, widened so that it cuts no character, and without white space at its ends.

    Characters are grapheme clusters (Unicode Annex #29). What is white space alone becomes empty.
    """
    import regex

    def inner(place: int) -> tuple[int, int]:
        # a cluster's beginning depends on what stands before it; some characters back is far enough
        start = max(0, place - 32)
        for found in regex.finditer(r"\X", text[start : place + 32]):
            if start + found.start() <= place < start + found.end():
                return start + found.start(), start + found.end()
        return place, place

    if begin < end:
        begin, end = inner(begin)[0], inner(end - 1)[1]
    while begin < end and text[begin].isspace():
        begin += 1
    while begin < end and text[end - 1].isspace():
        end -= 1
    return begin, end
