"""Price sheets: what an hour of a machine costs, and a million characters of a translator."""

import math
from dataclasses import dataclass
from pathlib import Path

import yaml

from calque.errors import BadFile

_HOUR, _MILLION = 3600.0, 1e6


@dataclass(frozen=True)
class Prices:
    """What work is paid by.

    machine_hour: of the machine that develops and answers; 0 where it costs nothing
    million_characters: of text given to a translator; 0 where it runs on the same machine
    currency: as it is to be printed
    """

    machine_hour: float
    million_characters: float = 0.0
    currency: str = ""

    def of(self, seconds: float, characters: float) -> float:
        """What so many seconds and translated characters cost."""
        machine = seconds / _HOUR * self.machine_hour
        return machine + characters / _MILLION * self.million_characters


def read_prices(path: Path) -> Prices:
    """Read a sheet: YAML with `machine_hour` and, as wanted, `million_characters` and `currency`."""
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    known = list(Prices.__dataclass_fields__)
    if not isinstance(tree, dict) or "machine_hour" not in tree:
        raise BadFile(f"{path}: a price sheet has lines such as 'machine_hour: 0.50'; it knows: {', '.join(known)}")  # fmt: skip
    for name, value in tree.items():
        if name not in known:
            raise BadFile(f"{path}: no price '{name}'; there are: {', '.join(known)}")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name != "currency" and not (number and 0 <= value < math.inf):
            raise BadFile(f"{path}: '{name}' must be a number of at least 0, got {value!r}")
    return Prices(**tree | {"currency": str(tree.get("currency", ""))})
