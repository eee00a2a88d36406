"""Makes lavs.json: which pieces the authors of LAVS copied for which of 95 languages.

    git clone https://github.com/PKUnlp-icler/Off-Target-MNMT
    python tests/golden/lavs.py Off-Target-MNMT

Counts the pieces of the repository's example corpus (example_corpus/opus_dev_tokenized, the dev split of
OPUS-100, English sides put together), and reads the copies that its code made of them, with its threshold of
20, from the repository's lavs_vocab.txt. Keeps the counts of every 150th piece of the 900 that are most often
copied or nearly so, and for the whole vocabulary only how many pieces and copies there are. No code of
the tool is run: its answers come with it.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
EVERY = 40


def main() -> None:
    """Count, read the copies, write."""
    root = Path(sys.argv[1])
    corpus = root / "example_corpus" / "opus_dev_tokenized"
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for file in sorted(corpus.iterdir()):
        language = file.name.rsplit(".", 1)[-1]
        for line in file.read_text(encoding="utf-8").split("\n"):
            counts[language].update(line.split())
    shared = [
        line.split()[0]
        for line in (root / "example_corpus" / "shared_vocab.txt").read_text("utf-8").split("\n")
        if line.split()
    ]
    known = set(shared)
    copied: dict[str, set[str]] = defaultdict(set)
    for line in (root / "lavs_vocab.txt").read_text("utf-8").split("\n"):
        piece = line.split(" ")[0]
        name, _, language = piece.rpartition("_")
        if name in known and language in counts and piece not in known:
            copied[name].add(language)
    # around the threshold and far above it, by how many languages have a piece often
    often = Counter({p: sum(own[p] > 15 for own in counts.values()) for p in known})
    sample = sorted((p for p, n in often.items() if n >= 2), key=lambda p: (-often[p], p))
    sample = sample[:300:10] + sample[300 :: EVERY * 5]
    found = {
        "tool": "Off-Target-MNMT, LAVS.py with LAVS_THRES 20, as shipped in lavs_vocab.txt",
        "languages": sorted(counts),
        "pieces": {
            piece: {
                "counts": {k: own[piece] for k, own in sorted(counts.items()) if own[piece]},
                "copied": sorted(copied[piece]),
            }
            for piece in sample
        },
        "copies": sum(map(len, copied.values())),
        "vocabulary": len(shared),
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (HERE / "lavs.json").write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
