"""A page that draws the error rates of aligners, and how they fall with more text."""

from calque.errors import BadValue
from calque.report.aligners import aligners_page as drawn
from calque.roles import part
from calque.values import Page, Table

_NEEDED = ("aer", "aer_low", "aer_high", "link_precision", "link_recall", "link_f1")


@part
def aligners_page(
    aligners: Table, sizes: Table | None = None, *, title: str = "Word aligners"
) -> Page:
    """Draw the error rate of each aligner with its interval, and over the size of the training text.

    The numbers stand in tables below. In a recipe the run leaves the page as <step>.html.

    aligners: of `evaluation.links_by_aligner`; those that do not learn from text, or once, are lines across
              the curve
    sizes:    of `evaluation.links_by_size`; None leaves the curve out
    """
    from calque import __version__

    for table, column in ((aligners, "aligner"), (sizes, "pairs")):
        missing = [] if table is None else [x for x in (column, *_NEEDED) if x not in table.columns]
        if missing or (table is not None and not len(table)):
            found = ", ".join(table.columns if table is not None else ()) or "no rows"
            raise BadValue(
                f"evaluation.aligners_page: needs a row or more with {column}, "
                f"{', '.join(_NEEDED)}; found {found}"
            )
    html = drawn(list(aligners), list(sizes or ()), title=title, version=__version__)
    return Page(title, html, len(aligners))
