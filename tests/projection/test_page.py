"""The page of projected sentences: everything is in it once, nothing runs but its own script."""

import re

import numpy as np
import pytest
from pages import checked

from calque.errors import BadSetting, BadValue
from calque.projection.by_links import by_links
from calque.projection.chain import chain
from calque.projection.page import page
from calque.roles import projector
from calque.values import Labelled, Links, Texts, View

EXAMPLES, VIEW = projector.example(0)
PROJECTED = by_links(EXAMPLES, VIEW)
LINKS = list(VIEW.word_links())


def html(*given, **settings):
    """The page without its script, which is the only one."""
    text = page(*given, **settings).html
    bare, scripts = re.subn(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert scripts == 1 and text.count("<script") == 1
    return checked(bare)


def test_every_span_is_there_once_with_what_became_of_it():
    text = html(EXAMPLES, PROJECTED, LINKS)
    entries = [entry for row in PROJECTED for entry in row["account"]]
    assert len(re.findall(r'<li data-span="', text)) == len(entries)
    for outcome in ("kept", "changed", "lost"):
        own = [entry for entry in entries if entry["outcome"] == outcome]
        assert len(re.findall(f'data-outcome="{outcome}"', text)) == len(own)
    counts = [sum(e["outcome"] == o for e in entries) for o in ("kept", "changed", "lost")]
    assert "{} kept, {} changed, {} lost".format(*counts) in text
    for entry in entries:
        assert entry["reason"] in text
    drawn = re.findall(r'data-links="([^"]*)"', text)
    whole = [row for row, one in enumerate(PROJECTED) if one["account"]]
    assert sorted(drawn) == sorted(
        " ".join(f"{i}-{j}" for i, j in LINKS[row].pairs.tolist()) for row in whole
    )


def test_the_words_of_a_span_are_marked_as_its_own():
    text = html(EXAMPLES, PROJECTED, worst_first=False)
    number = next(k for k, row in enumerate(PROJECTED, 1) if "anaishi" in row["words"])
    section = text[text.index(f'data-example="{number}"') :].split("</section>")[0]
    source, target = re.findall(r'<p class="text \w+" dir="ltr">(.*?)</p>', section, re.DOTALL)
    for line, wanted in ((source, ["Asha", "New", "York"]), (target, ["Asha", "New", "York"])):
        marked = re.findall(
            r'data-span="\d"[^>]*>(?:<span class="k"[^>]*></span>)?<bdi>(\w+)', line
        )
        assert marked == wanted


def test_the_worst_come_first():
    def order(**settings):
        return [
            int(n)
            for n in re.findall(r'data-example="(\d+)"', html(EXAMPLES, PROJECTED, **settings))
        ]

    rows = {k: row["account"] for k, row in enumerate(PROJECTED, 1) if row["account"]}
    assert order(worst_first=False) == sorted(rows)
    lost = [any(e["outcome"] == "lost" for e in rows[k]) for k in order()]
    assert any(lost) and lost == sorted(lost, reverse=True)
    assert order(most=2) == order()[:2]
    assert len(page(EXAMPLES, PROJECTED, most=2)) == 2


def test_texts_run_their_own_way_and_are_escaped():
    text = html(EXAMPLES, PROJECTED)
    assert '<p class="text source" dir="rtl">' in text and 'dir="ltr">' in text
    assert (
        "</bdi></span><span" not in text.split("anaishi")[0].split("<p")[-1]
    )  # spaces between words
    bad = '<script>alert("x")</script>&'
    words = Texts.of([bad], tokenized=True)
    examples = Labelled.of([{"words": [bad], "tags": [f"B-{bad}"]}], "tags")
    view = View(words, words, links=(Links(np.array([[0, 0]]), (1, 1)),))
    text = html(examples, by_links(examples, view), title=bad)
    assert bad not in text and "&lt;script&gt;" in text


def test_scripts_without_spaces_are_written_without():
    texts = [Texts.of(["阿 霞 在 New York 。"], tokenized=True)] * 2
    examples = Labelled.of(
        [{"words": ["阿", "霞", "在", "New", "York", "。"], "tags": ["B-P", "I-P", *"OOOO"]}],
        "tags",
    )
    view = View(*texts, links=(Links(np.array([[k, k] for k in range(6)]), (6, 6)),))
    text = html(examples, by_links(examples, view))
    lines = [
        re.sub("<[^>]*>", "", line)
        for line in re.findall(r'<p class="text.*?</p>', text, re.DOTALL)
    ]
    assert [line.strip() for line in lines] == ["阿霞在 New York。"] * 2


def test_a_chain_says_whom_spans_are_from():
    assert "by some projector" in html(EXAMPLES, chain([PROJECTED], names=["some projector"]))


def test_answers_and_nothing_are_pages_too():
    row = {"context": "Asha came home.", "question": "?", "answer": "Asha", "start": 0}
    entry = {"kind": "answer", "start": 0, "end": 1, "new_start": 0, "new_end": 1,
             "outcome": "kept", "reason": "", "confidence": 1.0}  # fmt: skip
    one = Labelled.of([row | {"account": [entry]}], "answer")
    assert "<bdi>Asha</bdi> →" in html(one, one)
    assert "0 kept, 0 changed, 0 lost" in html(EXAMPLES.take([]), PROJECTED.take([]))


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="7 examples, of which 0 are projected"):
        page(EXAMPLES, PROJECTED.take([]))
    with pytest.raises(BadValue, match="7 examples, but links of 1"):
        page(EXAMPLES, PROJECTED, LINKS[:1])
    with pytest.raises(BadValue, match=r"links of example \d are over"):
        page(EXAMPLES, PROJECTED, [Links(np.zeros((0, 2)), (90, 90))] * 7)
    with pytest.raises(BadValue, match="no account"):
        page(EXAMPLES, EXAMPLES)
    with pytest.raises(BadSetting, match="most must be at least 1"):
        page(EXAMPLES, PROJECTED, most=0)
