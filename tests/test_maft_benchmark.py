"""What African text the benchmark of MAFT reads, and what it leaves out."""

import json

from benchmarks import maft


def test_sentences_that_are_tested_on_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(maft, "data_folder", lambda: tmp_path)
    (tmp_path / "ntrex-128").mkdir()
    (tmp_path / "mafand" / "fr-ewe").mkdir(parents=True)
    (tmp_path / "bible").mkdir()
    news = tmp_path / "ntrex-128" / "newstest2019-ref.ewe.txt"
    news.write_text("Ŋdi na mi.\nEkpe le Lome.\n", encoding="utf-8")
    rows = [{"translation": {"fr": "a", "ewe": text}} for text in ("Akpe na wò.", "Ekpe le Lome .")]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "mafand" / "fr-ewe" / "train.json").write_text(lines, encoding="utf-8")
    verses = '<cesDoc><seg id="b.MAT.1.1">\n\tYesu\n\tKristo </seg><seg id="b.MAT.1.2"/></cesDoc>'
    (tmp_path / "bible" / "Ewe-NT.xml").write_text(verses, encoding="utf-8")
    tested = {maft.bare(["Ekpe", "le", "Lome", "."])}
    found = maft.african("ewe", tmp_path / "bible", tested)
    assert list(found) == ["Ŋdi na mi.", "Akpe na wò.", "Yesu Kristo"]
    assert list(maft.african("ewe", None, set()))[1] == "Ekpe le Lome."
