"""Text in blocks of one number of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.data.blocks import blocks
from calque.errors import BadSetting, BadValue
from calque.values import Texts

LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=8)  # fmt: skip


def test_every_block_has_its_bytes_and_no_letter_is_cut():
    made = blocks(Texts.of(["abcde", "ééé", "xyz"], "fra"), size=4, most=4)
    # abcde, line break, six bytes of three letters, line break, xyz
    assert list(made) == ["abcd", "e\né", "éé", "\nxyz"] and made.language == "fra"


@given(LINES, st.integers(4, 9))
def test_the_text_is_all_there(lines, size):
    whole = "\n".join(lines)
    count = 0
    while True:  # as many blocks as there are
        try:
            made = list(blocks(Texts.of(lines), size=size, most=count + 1))
        except BadValue:
            break
        count += 1
    if not count:
        return
    assert {len(block.encode()) for block in made} == {size}
    place = 0
    for block in made:
        own = next(block[: len(block) - cut] for cut in range(4) if whole.startswith(block[: len(block) - cut], place))  # fmt: skip
        assert set(block[len(own) :]) <= {" "}
        place += len(own)
    assert len(whole[place:].encode()) < size


def test_too_little_text_is_told():
    with pytest.raises(BadValue, match="3 bytes of swh make 0 blocks of 8, 2 are asked for"):
        blocks(Texts.of(["abc"], "swh"), size=8, most=2)
    with pytest.raises(BadSetting, match="at least 4"):
        blocks(Texts.of(["abc"]), size=3)
