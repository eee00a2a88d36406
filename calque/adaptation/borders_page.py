"""A page that draws languages in the states of two models, with the borders between their classes.

Source: Tu, Xiong and Zhou 2022, "Prompt-Tuning Can Be Much Better Than Fine-Tuning on Cross-lingual Understanding With
Multilingual Language Models", section 5, https://aclanthology.org/2022.findings-emnlp.401
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from calque.adaptation.bordering import Side, sides
from calque.errors import BadValue
from calque.maths.borders import border, plane, segments
from calque.report.borders import Panel
from calque.report.borders import borders_page as drawn
from calque.roles import part
from calque.values import Page, Table

_CLASSES = 6  # most classes that are drawn
_POINTS = 120  # of a language in a panel
_SHARPER = 8.0  # borders in the plane are fitted on larger numbers: there is little to overfit


@part(paper="prompt-tuning-xlu")
def borders_page(
    states: dict[str, Sequence[Any]],
    gold: Sequence[Sequence[Any]],
    languages: Sequence[str],
    measures: dict[str, Table],
    *,
    title: str = "Borders between classes",
) -> Page:
    """Draw source and target in one plane for each model and target, with both languages' borders.

    The plane of a model is that in which its class centers of the source lie furthest apart; borders are fitted in
    the plane. At most six classes are drawn, those that the source has most of. The numbers stand in a
    table below. In a recipe the run leaves the page as <step>.html.

    states:    of each model, by a name for it, what `adaptation.borders` takes
    gold, languages: as there
    measures:  of each model by the same name, what `adaptation.borders` found
    """
    from calque import __version__

    if not states or {*states} != {*measures}:
        raise BadValue(
            f"adaptation.borders_page: states of {', '.join(states)}, measures of {', '.join(measures)}"
        )
    panels, names = [], ()
    for model, own in states.items():
        found, names = sides(own, gold, languages, "adaptation.borders_page")
        panels += _panels(model, found, len(names))
    tables = {model: list(measures[model]) for model in states}
    html = drawn(panels, names[:_CLASSES], tables, title=title, version=__version__)
    return Page(title, html, len(panels))


def _panels(model: str, found: list[Side], k: int) -> list[Panel]:
    some = min(k, _CLASSES)
    kept = [
        Side(side.language, side.states[side.classes < some], side.classes[side.classes < some])
        for side in found
    ]
    axes = plane(kept[0].states, kept[0].classes)
    flat = [side.states @ axes for side in kept]
    corners = np.concatenate(flat)
    low, high = np.quantile(corners, 0.01, axis=0), np.quantile(corners, 0.99, axis=0)
    margin = 0.08 * (high - low) + 1e-9
    box = (*(low - margin), *(high + margin))
    lines = []
    for points, side in zip(flat, kept, strict=True):
        weights, shift = border(_SHARPER * points, side.classes, some)
        lines.append(segments(_SHARPER * weights, shift, box))
    panels = []
    for place in range(1, len(kept)):
        shown = []
        for own, side in ((flat[0], kept[0]), (flat[place], kept[place])):
            rows = np.unique(np.linspace(0, len(own) - 1, min(len(own), _POINTS)).astype(int))
            shown.append([(*own[k].tolist(), int(side.classes[k])) for k in rows])
        panels.append(
            Panel(
                model,
                (kept[0].language, kept[place].language),
                (shown[0], shown[1]),
                (lines[0], lines[place]),
                tuple(float(each) for each in box),
            )
        )
    return panels
