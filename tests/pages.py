"""Pages hold what they show: every tag closes, nothing is loaded or run."""

from html.parser import HTMLParser


class Checker(HTMLParser):
    """Collects tags that never close and everything that reaches outside."""

    VOID = ("meta", "br")

    def __init__(self):
        super().__init__()
        self.open, self.outside, self.ids = [], [], set()

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "link", "img", "iframe", "use")
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.outside += [v for k, v in attrs if k in ("src", "href", "xlink:href")]
        self.ids |= {v for k, v in attrs if k == "id"}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checked(text: str, *, places: bool = False) -> str:
    """The page, without any link; with `places`, links lead to places of its own."""
    checker = Checker()
    checker.feed(text)
    assert checker.open == []
    inside = {f"#{name}" for name in checker.ids} if places else set()
    assert set(checker.outside) <= inside
    assert "url(" not in text and "@import" not in text
    return text
