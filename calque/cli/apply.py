"""`calque apply PART FILE...`: calls one part on files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from calque import registry
from calque.cli import _flags, _talk
from calque.errors import CalqueError
from calque.registry import PartInfo

OPTIONS = _flags.FREE | {"add_help_option": False}


def verb(
    context: typer.Context,
    part: Annotated[str, typer.Argument(metavar="PART", help="FAMILY.PART")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
    json: _talk.Json = False,
    help_: Annotated[
        bool, typer.Option("--help", "-h", help="Show this, and its settings.")
    ] = False,
) -> None:
    """Call a part on files: calque apply PART FILE... [--SETTING VALUE]. Its settings are the flags."""
    if help_ or not part:
        print(context.get_help())
        if part:
            print_settings(registry.find(part))
        raise typer.Exit(0 if help_ else 2)
    from calque.cli import _files

    info = registry.find(part)
    switches = {p.name for p in info.parameters if p.annotation == "bool"} | {"tokenized"}
    words, flags = _flags.split(context.args, switches)
    arguments = _files.arguments(info, words, flags)
    result = called(info, arguments, _files.walked(info))
    from calque.cli import _shown

    if out:
        _shown.save(result, out)
        _talk.say(f"wrote {out}")
    if json:
        _talk.emit(_shown.plain(result))
    elif not out:
        _shown.show(result)


def called(info: PartInfo, arguments: dict[str, Any], walked: list[str]) -> Any:
    """What the part gives; a list where it takes the links of one pair and has those of many."""
    function = registry.part(info.name)
    if not walked:
        return function(**arguments)
    from calque.progress import track

    lists = [arguments.pop(name) for name in walked if name in arguments]
    found = []
    for line, items in enumerate(track(list(zip(*lists, strict=True)), info.name), start=1):
        try:
            found.append(function(**dict(zip(walked, items, strict=False)), **arguments))
        except CalqueError as error:
            error.add_note(f"line {line}")
            raise
    return found


def print_settings(info: PartInfo) -> None:
    """The files and settings of a part, with types and defaults."""
    from calque.cli._files import reading_flags

    print(f"\n{info.name}: {info.about}")
    for parameter in info.parameters:
        if parameter.setting:
            flag = f"--{parameter.name.replace('_', '-')}"
            print(f"  {flag:22} {parameter.annotation:16} [default: {parameter.default}]")
        else:
            print(f"  {parameter.name.upper():22} {parameter.annotation}")
    for flag in sorted(reading_flags(info)):
        print(f"  --{flag:20} how its files are read")
