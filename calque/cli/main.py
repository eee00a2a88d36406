"""`calque`: finds the verbs by their files, and turns what happens into words and exit codes.

A verb is a file `calque/cli/NAME.py` with a function `verb`; its optional `OPTIONS` go to typer. A file
whose name begins with an underscore holds what verbs share. Verbs import what is slow inside.
"""

import functools
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from calque import __version__
from calque.cli import _talk
from calque.errors import CalqueError


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits 0 when fine, 1 when a check failed, 2 when the user can mend it."""
    _talk.begin()
    app()(args=arguments, prog_name="calque")


def app() -> typer.Typer:
    """The command with all its verbs."""
    made = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_calque)
    for name in verbs():
        module = import_module(f"calque.cli.{name}")
        made.command(name, **getattr(module, "OPTIONS", {}))(_answering(module.verb))
    return made


def verbs() -> list[str]:
    """Names of the verbs, in alphabetical order."""
    files = Path(__file__).parent.glob("[!_]*.py")
    return sorted(file.stem for file in files if file.stem != "main")


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


def _calque(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", is_eager=True, callback=_version
        ),
    ] = False,
) -> None:
    """Cross-lingual transfer: labels in one language, scraps in another, a model for the second."""


def _answering(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb, with errors that the user can mend said in one line each."""

    @functools.wraps(verb)
    def answer(*args: Any, **kwargs: Any) -> None:
        try:
            verb(*args, **kwargs)
        except CalqueError as error:
            notes = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
            for line in f"{error}{notes}".splitlines():
                print(f"error: {line}", file=sys.stderr)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            print("stopped; what was finished is kept, the same command goes on", file=sys.stderr)
            raise typer.Exit(130) from None

    return answer


if __name__ == "__main__":
    main()
