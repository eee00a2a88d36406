import pytest
import yaml

from calque.errors import BadSetting
from calque.models.card import write_card
from calque.models.folder import open_tokenizer, save
from calque.models.heads import with_head
from calque.values import Score


@pytest.fixture
def tagger(tiny, tmp_path):
    model = with_head(tiny("bert"), "tags", ["O", "B-PER"])
    return save(model, open_tokenizer(tiny("bert")), tmp_path / "tagger")


def write(tagger, **changes):
    settings = {
        "title": "Names in Swahili",
        "languages": ["eng", "swh", "srp_Cyrl", "und"],
        "level": "T2",
        "base": "minilm",
        "license": "apache-2.0",
        "data": ["commons: training", "a <b>bold</b> | piped\nset"],
        "scores": [
            Score("span_f1", 0.713, 0.694, 0.732, 500, {"language": "swh", "boot": 1000}),
            Score("accuracy", 0.5),
        ],
        "limits": ["Unreviewed by native speakers."],
    }
    return write_card(tagger, **(settings | changes))


def test_the_hub_reads_the_front_matter(tagger):
    text = write(tagger).read_text(encoding="utf-8")
    assert yaml.safe_load(text.split("---\n")[1]) == {
        "language": ["eng", "swh", "srp"],
        "license": "apache-2.0",
        "library_name": "transformers",
        "pipeline_tag": "token-classification",
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "tags": ["calque", "cross-lingual-transfer"],
    }


def test_the_card_says_how_good_and_at_which_level(tagger):
    text = write(tagger).read_text(encoding="utf-8")
    assert "**Supervision level T2**: source labels and parallel text" in text
    assert "| span_f1 | 71.3 | 69.4 to 73.2 | 500 | language swh, boot 1000 |" in text
    assert "| accuracy | 50.0 |  |  |  |" in text
    assert "`O`, `B-PER`" in text
    order = ["# Names in Swahili", "## Labels", "## Use", "## Data", "## Scores", "## Limits"]
    assert sorted(order, key=text.index) == order


def test_text_stays_text_and_bytes_stay_the_same(tagger):
    first = write(tagger).read_bytes()
    assert b"a &lt;b&gt;bold&lt;/b&gt; \\| piped set" in first
    before = tagger.fingerprint()
    assert write(tagger).read_bytes() == first
    assert tagger.fingerprint() == before


def test_what_is_not_known_is_left_out(tagger):
    text = write(tagger, base="my local folder", license=None, scores=(), limits=()).read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    assert "license" not in front and "base_model" not in front
    assert "## Scores" not in text and "from my local folder." in text
    with pytest.raises(BadSetting, match="no level 'T9'"):
        write(tagger, level="T9")
