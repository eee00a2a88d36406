"""A page to look at."""

from dataclasses import dataclass

from calque.values.base import Value


@dataclass(frozen=True)
class Page(Value):
    """A self-contained HTML page. A run leaves it as `<step>.html` in its folder.

    title: what it shows
    html:  all of the file; nothing in it is loaded from elsewhere
    items: how many things it shows, for example sentence pairs
    """

    title: str
    html: str
    items: int = 1

    def __len__(self) -> int:
        return self.items
