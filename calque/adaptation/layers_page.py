"""A page that draws which layers a task and a language changed, and how they are split."""

from calque.errors import BadValue
from calque.report.layers import layers_page as drawn
from calque.roles import part
from calque.values import Page, Table


@part(paper="layer-swapping")
def layers_page(changes: Table, plan: Table, *, title: str = "Layers") -> Page:
    """Draw the language expert's share of the changes in each layer, and whose layer the plan takes.

    The numbers stand in a table below. In a recipe the run leaves the page as <step>.html.

    changes: of `adaptation.layer_changes`
    plan:    of `adaptation.layer_plan`, for the same layers
    """
    from calque import __version__

    if [row.get("layer") for row in changes] != [row.get("layer") for row in plan] or not len(plan):
        raise BadValue("adaptation.layers_page: changes and plan are not of the same layers")
    rows = [one | {"source": two["source"]} for one, two in zip(changes, plan, strict=True)]
    return Page(title, drawn(rows, title=title, version=__version__), len(rows))
