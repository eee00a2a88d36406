"""Makes zett_drawn.json: the pieces of drawn tokenizers by the sampler of ZeTT's own code, without noise.

    git clone https://github.com/bminixhofer/zett && git -C zett checkout 0167758
    python tests/golden/zett_drawn.py zett

Compiles `TokenizerSampler` of the tool's rust_utils/src/lib.rs with rustc. The crates that it needs are stood
in for below: texts come cut into words, by the same pattern and `tokenizers`, and the normal distribution of
spread 0 gives 0. Called with substrings of every beginning (stride 1; the tool's own training takes
each fourth) and of up to 15 letters, as there. Texts are in ASCII: the tool lets substrings begin at the
last byte of a character, not at its first, and at both for the first character of a text. tokenkit (commit bcacdef) holds the same sampler; with
its folder as a second argument the script compares both files, spaces apart.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Regex, pre_tokenizers

HERE = Path(__file__).resolve().parent
TEXTS = (
    "x the cat sees the other cat", "x the cats, they see 12 cats", "x it's a small cat",
    "x greater greats, great",
)  # fmt: skip
STANDS_IN = r"""
use std::collections::{HashMap, HashSet, VecDeque};
thread_local! { static CUT: std::cell::RefCell<HashMap<String, Vec<(String, (usize, usize))>>> =
    Default::default(); }
mod rand { pub fn thread_rng() {} }
struct Normal; impl Normal {
    fn new(_: f64, _: f64) -> Result<Normal, ()> { Ok(Normal) }
    fn sample(&self, _: &mut ()) -> f64 { 0.0 } }
struct Step; enum SplitPattern { Regex(String) } enum SplitDelimiterBehavior { Removed }
enum OffsetReferential { Original } enum OffsetType { Char }
const SPLIT_REGEX: &str = "";
pub struct PreTokenizedString { text: String, words: Vec<(String, (usize, usize))> }
impl From<String> for PreTokenizedString {
    fn from(text: String) -> Self { PreTokenizedString { text, words: vec![] } } }
impl PreTokenizedString {
    fn get_splits(&self, _: OffsetReferential, _: OffsetType)
        -> Vec<(&str, (usize, usize), Option<()>)> {
        self.words.iter().map(|(w, o)| (w.as_str(), *o, None)).collect() } }
mod tk { pub mod pre_tokenizers {
    pub mod sequence { use crate::*; pub struct Sequence; impl Sequence {
        pub fn new(_: Vec<Step>) -> Self { Sequence }
        pub fn pre_tokenize(&self, it: &mut PreTokenizedString) -> Result<(), ()> {
            it.words = CUT.with(|cut| cut.borrow()[&it.text].clone()); Ok(()) } } }
    pub mod split { use crate::*; pub struct Split; impl Split {
        pub fn new(_: SplitPattern, _: SplitDelimiterBehavior, _: bool) -> Result<Self, ()> {
            Ok(Split) } }
        impl From<Split> for Step { fn from(_: Split) -> Step { Step } } }
    pub mod byte_level { use crate::*; pub struct ByteLevel; impl ByteLevel {
        pub fn new(_: bool, _: bool, _: bool) -> Self { ByteLevel }
        pub fn alphabet() -> HashSet<char> { HashSet::new() } }
        impl From<ByteLevel> for Step { fn from(_: ByteLevel) -> Step { Step } } } } }
fn main() {
    let mut texts = HashMap::new();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let parts: Vec<&str> = line.split('\t').collect();
        let words = parts[1..].chunks(3)
            .map(|c| (c[2].to_string(), (c[0].parse().unwrap(), c[1].parse().unwrap())));
        CUT.with(|cut| cut.borrow_mut().insert(parts[0].to_string(), words.collect()));
        texts.insert(parts[0][1..].to_string(), 1);
    }
    let mut sampler = TokenizerSampler { seed_cache: VecDeque::new() };
    for (piece, score) in sampler.sample_tokenizer(texts, 1000000, 16, 1, 0.0, true, true) {
        println!("{piece}\t{score:.9}");
    }
}
"""


def main() -> None:
    """Cut the texts, run the sampler, write what it gives."""
    source = _sampler(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        other = _sampler(Path(sys.argv[2]))
        print("the same in both:", _bare(source) == _bare(other))
    pattern = re.search(r'SPLIT_REGEX: &str = r"(.*)";', (_lib(Path(sys.argv[1]))).read_text())
    assert pattern is not None
    cutter = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern[1]), "removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    lines = []
    for text in TEXTS:
        words = cutter.pre_tokenize_str(" " + text)
        cells = [str(cell) for word, (start, end) in words for cell in (start, end, word)]
        lines.append("\t".join([" " + text, *cells]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sampler.rs"
        file.write_text(STANDS_IN + source, encoding="utf-8")
        subprocess.run(["rustc", "-O", "-A", "warnings", "-o", f"{folder}/run", file], check=True)
        found = subprocess.run(
            [f"{folder}/run"], input="\n".join(lines), capture_output=True, text=True, check=True
        ).stdout
    rows = [line.split("\t") for line in found.splitlines()]
    facts = {
        "tool": "bminixhofer/zett, rust_utils",
        "commit": "016775824664d3479dfd6215d78fd73d51dce833",
        "command": "python tests/golden/zett_drawn.py zett",
        "texts": TEXTS,
        "pieces": {piece: float(score) for piece, score in rows if float(score) < 0},
    }
    text = json.dumps(facts, ensure_ascii=False)
    (HERE / "zett_drawn.json").write_text(text + "\n", encoding="utf-8")
    print(len(facts["pieces"]), list(facts["pieces"].items())[:5])


def _lib(root: Path) -> Path:
    return root / "rust_utils" / "src" / "lib.rs"


def _sampler(root: Path) -> str:
    text = _lib(root).read_text(encoding="utf-8")
    start = text.index("pub struct TokenizerSampler")
    ends = [text.find(mark, start) for mark in ("#[pymodule]", "pub struct BiasComputer")]
    return text[start : min(end for end in ends if end > 0)]


def _bare(text: str) -> str:
    return re.sub(r"[\s,]+", "", text)


if __name__ == "__main__":
    main()
