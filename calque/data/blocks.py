"""Text in blocks of one number of bytes, so that corpora can be compared at one budget."""

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Texts


@part
def blocks(texts: Texts, *, size: int = 128, most: int = 1000) -> Texts:
    """Join texts and cut them into so many blocks of so many bytes of UTF-8, in order.

    Whatever the script, two corpora in such blocks give a model of bytes the same number of pieces,
    batches and steps. A character that a border would cut moves to the next block, and spaces fill its
    place.

    texts: put one after the other with a line break between
    size:  bytes of a block, at least 4
    most:  number of blocks; BadValue where the texts do not have as many
    """
    if size < 4 or most < 1:
        raise BadSetting(f"data.blocks: size must be at least 4 and most 1, got {size} and {most}")
    whole = "\n".join(texts).encode()
    found, start = [], 0
    while len(found) < most and start + size <= len(whole):
        end = start + size
        while whole[end : end + 1] and whole[end] & 0xC0 == 0x80:  # inside of a character
            end -= 1
        found.append((whole[start:end] + b" " * (size - (end - start))).decode())
        start = end
    if len(found) < most:
        raise BadValue(
            f"data.blocks: {len(whole)} bytes of {texts.language or 'text'} make {len(found)} blocks of "
            f"{size}, {most} are asked for"
        )
    return Texts.of(found, texts.language)
