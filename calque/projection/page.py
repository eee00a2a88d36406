"""A page of projected sentences for people to check, which saves what they correct."""

from collections.abc import Sequence

from calque.errors import BadSetting, BadValue
from calque.languages.words import word_texts
from calque.projection.opened import PROJECTOR, opened
from calque.report.projection import DrawnSentence, DrawnSpan, projection_page
from calque.roles import part
from calque.values import Labelled, Links, Page

_WORST = {"lost": 0, "changed": 1, "kept": 2}


@part
def page(
    examples: Labelled,
    projected: Labelled,
    links: Sequence[Links] | None = None,
    *,
    title: str = "Projected spans",
    most: int = 200,
    worst_first: bool = True,
) -> Page:
    """Draw sentences above what they became, with their spans, links and the account of each span.

    Sentences can be filtered by what became of their spans. A person can mark a span as wrong, or choose its
    words; the page saves these corrections as a file, without a server, and `projection.correct` applies it.

    examples:  as they were before
    projected: what a projector, `projection.chain` or `projection.correct` made of them
    links:     one per example, over the words of both texts; further ones are left out
    most:      how many sentences are drawn; totals are of all. Sentences without spans are not drawn
    worst_first: sentences with lost spans first, then with changed ones, then by least confidence; else as
               the examples have them
    """
    name = "projection.page"
    if most < 1:
        raise BadSetting(f"{name}: most must be at least 1, got {most}")
    if len(examples) != len(projected):
        raise BadValue(f"{name}: {len(examples)} examples, of which {len(projected)} are projected")
    if links is not None and len(links) < len(examples):
        raise BadValue(f"{name}: {len(examples)} examples, but links of {len(links)}")
    opened(name, projected)  # whether there is an account
    rows = list(zip(examples, projected, strict=True))
    totals = dict.fromkeys(("kept", "changed", "lost"), 0)
    for _, new in rows:
        for entry in new["account"]:
            totals[entry["outcome"]] += 1
    order = [k for k, (_, new) in enumerate(rows) if new["account"]]
    if worst_first:
        order.sort(key=lambda k: _rank(rows[k][1]["account"]))
    shown = [_sentence(name, k, *rows[k], links) for k in order[:most]]
    return Page(title, _html(shown, examples, projected, title, totals), len(shown))


def _rank(account: list[dict]) -> tuple[int, float]:
    return (
        min(_WORST[entry["outcome"]] for entry in account),
        min(entry["confidence"] for entry in account),
    )


def _sentence(
    name: str, k: int, old: dict, new: dict, links: Sequence[Links] | None
) -> DrawnSentence:
    source, target = _words(old), _words(new)
    spans = [
        DrawnSpan(
            *(entry[n] for n in DrawnSpan.__dataclass_fields__ if n != PROJECTOR),
            projector=entry.get(PROJECTOR) or "",
        )
        for entry in new["account"]
    ]
    past = max((span.end for span in spans), default=0)
    if past > len(source):
        raise BadValue(
            f"{name}: example {k + 1} has {len(source)} words, but a span up to word {past}; "
            "the projected examples must be those of the examples"
        )
    linked: list[tuple[int, int]] = []
    if links is not None:
        if links[k].size != (len(source), len(target)):
            raise BadValue(
                f"{name}: the links of example {k + 1} are over {links[k].size} words, its texts have "
                f"{(len(source), len(target))}"
            )
        linked = [(i, j) for i, j in links[k].pairs.tolist()]
    return DrawnSentence(k + 1, source, target, spans, linked)


def _words(row: dict) -> list[str]:
    return word_texts(row["context"]) if "context" in row else list(row["words"] or ())


def _html(
    shown: list[DrawnSentence],
    examples: Labelled,
    projected: Labelled,
    title: str,
    totals: dict[str, int],
) -> str:
    from calque import __version__

    known = "und" not in (examples.language, projected.language)
    return projection_page(
        shown,
        title=title,
        version=__version__,
        languages=f"{examples.language} to {projected.language}" if known else "",
        totals=totals,
        count=len(examples),
    )
