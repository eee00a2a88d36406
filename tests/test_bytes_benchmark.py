"""What the benchmark of byte models makes of its measurements."""

import argparse
import json

import numpy as np
import pytest

from benchmarks.bytes import KIND, SHARES, _means, controls

SCORES = {"nothing": 0.4, "nested": 0.7, "nonsense": 0.5, "eng": 0.6, "qab": 0.7, "qaa": 0.8}


def measured(folder, seed, wrong=""):
    for name, score in SCORES.items():
        rows = [{"pretrained": name, "test": "qaa", "accuracy": score + seed / 10, "n": 9}]
        budget = [] if name == "nothing" else [100 if name != wrong else 99]
        told = {"budget": budget, "rows": rows}
        (folder / f"monobyte-{seed}-{name}.json").write_text(json.dumps(told), encoding="utf-8")


def test_kinds_are_means_of_their_models_by_seed(tmp_path):
    for seed in (0, 1):
        measured(tmp_path, seed)
    asked = argparse.Namespace(seeds=[0, 1], corpora=list(KIND), out=tmp_path)
    rows = list(controls(asked))
    assert sum("seed" in row for row in rows) == 12
    means = {row["kind"]: row for row in rows if row["pretrained"] == "mean"}
    assert means["random"]["by seed"] == [0.4, 0.5]
    assert means["artificial"]["by seed"] == [0.6, 0.7]
    assert means["natural"]["by seed"] == [0.7, 0.8] and means["natural"]["mean"] == 0.75
    measured(tmp_path, 1, wrong="eng")
    with pytest.raises(SystemExit, match="seed 1: models of different budgets"):
        list(controls(asked))


def test_the_lead_is_of_means_over_seeds():
    right = {}
    for share in SHARES:
        right["byte2word", share] = [np.array([1, 1, 0, 1]), np.array([1, 1, 1, 1])]
        right["pieces", share] = [np.array([1, 0, 0, 1]), np.array([1, 0, 0, 1])]
    row = next(_means(right))
    assert (row["byte2word"], row["pieces"], row["lead"]) == (0.875, 0.5, 0.375)
    assert row["byte2word by seed"] == [0.75, 1.0] and row["low"] <= 0.375 <= row["high"]
