"""`calque apply PART FILE...`: calls one part on files, or a recipe as if it were one."""

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
    part: Annotated[str, typer.Argument(metavar="PART", help="FAMILY.PART or a recipe")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="Write the score of each link behind it.")
    ] = False,
    json: _talk.Json = False,
    help_: Annotated[
        bool, typer.Option("--help", "-h", help="Show this, and its settings.")
    ] = False,
) -> None:
    """Call a part or a recipe on files: calque apply PART FILE... [--SETTING VALUE]. Its settings are the flags."""
    if help_ or not part:
        print(context.get_help())
        if part:
            print_settings(part)
        raise typer.Exit(0 if help_ else 2)
    result = applied(part, context.args)
    from calque.cli import _shown

    if scores:
        result = _shown.scored(result)
    if out:
        _shown.save(result, out)
        _talk.say(f"wrote {out}")
    if json:
        _talk.emit(_shown.plain(result))
    elif not out:
        _shown.show(result)


def applied(name: str, rest: list[str]) -> Any:
    """What a part gives, or the last step of a recipe, with the rest of the command line."""
    from calque.cli import _files, _filled

    if recipe := _filled.found(name):
        words, flags = _flags.split(rest, _flags.switches(recipe))
        return _filled.result(recipe, _filled.inputs(recipe, words, flags))
    info = registry.find(name)
    switches = {p.name for p in info.parameters if p.annotation == "bool"} | {"tokenized"}
    words, flags = _flags.split(rest, switches)
    arguments = _files.arguments(info, words, flags)
    return called(info, arguments, _files.walked(info))


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


def print_settings(name: str) -> None:
    """The files and settings of a part, the inputs of a recipe, with types and defaults."""
    from calque.cli import _filled
    from calque.cli._files import reading_flags
    from calque.cli.run import print_inputs

    if recipe := _filled.found(name):
        print(f"\ncalque apply {name} {_filled.takes(recipe)}")
        return print_inputs(recipe)
    info = registry.find(name)
    print(f"\n{info.name}: {info.about}")
    for parameter in info.parameters:
        if parameter.setting:
            flag = f"--{parameter.name.replace('_', '-')}"
            print(f"  {flag:22} {parameter.annotation:16} [default: {parameter.default}]")
        else:
            print(f"  {parameter.name.upper():22} {parameter.annotation}")
    for flag in sorted(reading_flags(info)):
        print(f"  --{flag:20} how its files are read")
