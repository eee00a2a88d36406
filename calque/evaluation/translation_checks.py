"""What translations lost, counted."""

from collections import Counter

from calque.errors import BadValue
from calque.evaluation.flagging import flagged, names_of
from calque.roles import part
from calque.values import Labelled, Table, View

_CHECKS = ("empty", "repeats the source", "numbers", "markers", "names", "length", "stutters")
_TOLD = "told by the translator"


@part
def translation_checks(view: View, examples: Labelled | None = None) -> Table:
    """Count translations that fail each check: `check`, `texts` that failed, their `share`, the `first`.

    "numbers": not the same numbers, whatever the digits or what groups them; one in words counts as lost.
    "markers": not the same tags, brackets around a word, fields such as {name} or %s, addresses.
    "names": a word of a span with a capital letter whose beginning is not found; where both texts are in
    one script, and only with examples. "length": three times longer or shorter. "stutters": a word four
    times in a row. "told by the translator": what its column `trouble` says. Each is a reason to look,
    none of them proves an error; `evaluation.flagged_translations` lists them one by one.

    examples: with tags or slots, whose texts those of the view are
    """
    if examples is not None and len(examples) != len(view):
        raise BadValue(
            f"evaluation.translation_checks: {len(examples)} examples and {len(view)} texts"
        )
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for row, (_, _, found) in enumerate(flagged(view, examples)):
        for check, seen in found:
            for name in (check, f"{_TOLD}: {seen}") if check == _TOLD else (check,):
                counts[name] += 1
                first.setdefault(name, row)
    named = examples is not None and any(names_of(example) for example in examples)
    checks = [check for check in _CHECKS if named or check != "names"]
    checks += sorted(set(counts) - set(checks))
    return Table(
        tuple(
            {
                "check": check,
                "texts": counts[check],
                "share": counts[check] / max(len(view), 1),
                "first": first.get(check),
            }
            for check in checks
        )
    )
