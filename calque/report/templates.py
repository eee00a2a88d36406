"""Templates of pages: files beside the modules that fill them, all text escaped."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def template(name: str) -> Template:
    """The template of this name; `percent` shows a share in [0, 1], nothing for None."""
    return _environment().get_template(name)


@lru_cache(maxsize=1)
def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    return environment
