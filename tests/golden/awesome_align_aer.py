"""Makes awesome_align_aer.json: what awesome-align's own scorer counts in its own example outputs.

    git clone https://github.com/neulab/awesome-align && git -C awesome-align checkout 5f150d4
    python tests/golden/awesome_align_aer.py awesome-align

Counts come from functions of the tool's tools/aer.py; the printed lines from running it as

    python tools/aer.py examples/PAIR.gold examples/PAIR.awesome-align.out --oneRef

The same files are then read and scored by calque, which must count the same.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from calque.data.parallel import parallel
from calque.data.pharaoh import pharaoh
from calque.evaluation.link_scores import link_scores

PAIRS = ("enfr", "roen", "jaen", "zhen")


def main(tool: Path) -> None:
    """Write the counts beside this file, once calque agrees with them."""
    spec = importlib.util.spec_from_file_location("aer", tool / "tools" / "aer.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    commit = subprocess.run(
        ["git", "-C", tool, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    pairs = {name: _pair(tool, name, scorer) for name in PAIRS}
    facts = {
        "tool": "neulab/awesome-align",
        "commit": commit,
        "command": "python tools/aer.py examples/PAIR.gold examples/PAIR.awesome-align.out --oneRef",
        "published": "README, model performance: en-fr 4.1, ro-en 20.7, ja-en 37.4, zh-en 13.4",
        "pairs": pairs,
    }
    text = json.dumps(facts, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8")
    print(text)


def _pair(tool: Path, name: str, scorer: ModuleType) -> dict:
    gold, out = (tool / "examples" / f"{name}.{end}" for end in ("gold", "awesome-align.out"))
    command = [sys.executable, tool / "tools" / "aer.py", gold, out, "--oneRef"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    parse = scorer.parse_single_alignment
    counts = {"predicted": 0, "sure": 0, "right_sure": 0, "right_possible": 0}
    for wanted, made in zip(gold.open(), out.open(), strict=True):
        sure = {parse(item, False, True) for item in wanted.split() if "-" in item}
        possible = {parse(item, False, True) for item in wanted.split()}
        predicted = {parse(item) for item in made.split()}
        counts["predicted"] += len(predicted)
        counts["sure"] += len(sure)
        counts["right_sure"] += len(predicted & sure)
        counts["right_possible"] += len(predicted & possible)
    bitext = parallel(tool / "examples" / f"{name}.src-tgt", tokenized=True)
    table = link_scores(pharaoh(out, bitext), pharaoh(gold, bitext, base=1))
    assert {key: table.rows[0][key] for key in counts} == counts, name
    digests = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in (gold, out)
    }
    lines = [line.split(": ", 1)[1] for line in printed.splitlines()]
    return counts | {"n": len(bitext), "printed": lines, "sha256": digests}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
