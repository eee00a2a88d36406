"""Training of translators on sentence pairs of one or several pairs of languages.

Source: one model for all, told by a mark what to write: Johnson et al. 2017, "Google's Multilingual Neural
Machine Translation System", https://arxiv.org/abs/1611.04558
"""

from calque.errors import BadSetting
from calque.models.learned_pairs import Pairs, stream
from calque.models.train import train
from calque.models.translating import check_pairs, check_tokens, open_translator
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint

_WHERE = "models.tune_translator"


@part
def tune_translator(
    checkpoint: Checkpoint,
    bitexts: list[Bitext],
    *,
    epochs: int = 10,
    learning_rate: float | dict[str, float] = 2e-3,
    tokens: int = 2048,
    both: bool = True,
    smoothing: float = 0.1,
    seed: int = 0,
) -> Checkpoint:
    """Train a model to translate every source of `bitexts` into its target, all of them mixed.

    What it never sees, between two languages that only meet a third one, it may still do: zero-shot.
    Where the vocabulary has copies for languages (`vocabulary.split`), each side is read and
    written in its own.

    checkpoint: with a mark for each language that is to be written (`models.fresh_translator`)
    bitexts:    each of two languages. Pairs with a side that is empty, or longer than the model takes,
                are left out and counted: what would be cut off has its translation on the other side
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    tokens:     most pieces of one side of a batch, padding included
    both:       whether pairs are learned in both directions
    smoothing:  share in [0, 1) of each target that is spread over all pieces
    """
    check_tokens(tokens, _WHERE)
    if not 0 <= smoothing < 1:
        raise BadSetting(f"{_WHERE}: smoothing must lie in [0, 1), got {smoothing}")
    bitexts = [bitexts] if isinstance(bitexts, Bitext) else list(bitexts)
    translator = open_translator(checkpoint, _WHERE)
    pairs = Pairs.of(translator, bitexts, both, _WHERE)
    check_pairs(len(pairs), _WHERE)
    train(
        translator.model,
        [stream(pairs, tokens, smoothing)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "tune_translator", checkpoint, bitexts, epochs, learning_rate, tokens, both, smoothing, seed
        ),
    )  # fmt: skip
    return write_whole(translator.model, translator.tokenizer)
<<<<<<< HEAD
=======


@dataclass(frozen=True)
class _Direction:
    """One way through a bitext: what stands where, and the marks of its languages."""

    source: Windows
    target: Windows
    source_place: np.ndarray
    target_place: np.ndarray
    way: Way


@dataclass(frozen=True)
class _Pairs:
    """All pairs that can be learned, by number.

    which:   [n] direction; source, target: [n] windows of either side; lengths: [n] pieces of the longer
    """

    translator: Translator
    directions: list[_Direction]
    which: np.ndarray
    source: np.ndarray
    target: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.which)

    @classmethod
    def of(cls, translator: Translator, bitexts: list[Bitext], both: bool) -> "_Pairs":
        directions, columns, left = [], [], 0
        added = translator.tokenizer.num_special_tokens_to_add()
        for bitext in bitexts:
            sides = [
                encode_corpus(translator.tokenizer, one, maximum=translator.room + added)
                for one in (bitext.sources, bitext.targets)
            ]
            rows = _whole(sides[0], sides[1])
            left += len(bitext) - len(rows[0])
            lengths = np.maximum(*(one.lengths[own] for one, own in zip(sides, rows, strict=True)))
            for way in (0, 1) if both else (0,):
                languages = (bitext.source, bitext.target)
                directions.append(_direction(translator, sides, languages, way))
                number = np.full(len(lengths), len(directions) - 1)
                columns.append(np.stack([number, rows[way], rows[1 - way], lengths + 2]))
        if left:
            log.warning(
                "%s: %d sentence pairs have an empty side or one of more than %d pieces and are left out",
                _WHERE,
                left,
                translator.room,
            )
        return cls(translator, directions, *np.concatenate([np.zeros((4, 0), int), *columns], 1))

    def batch(self, numbers: np.ndarray) -> dict[str, torch.Tensor]:
        """What the model reads, what it has written so far, and what it is to write next [b, l]."""
        own, reads, before, after = self.translator, [], [], []
        for number in numbers.tolist():
            way = self.directions[self.which[number]]
            source = way.source_place[_ordinary(way.source, self.source[number])]
            reads.append(way.way.reads(source, own.end))
            row = way.target_place[_ordinary(way.target, self.target[number])]
            before.append(np.concatenate([[own.start], way.way.first, row]))
            # the model is told what it begins with, and need not guess it
            after.append(np.concatenate([[_NONE] * len(way.way.first), row, [own.end]]))
        ids = filled(reads, own.pad, own.longest)
        lengths = np.array([len(row) for row in reads])
        made = {
            "input_ids": ids,
            "attention_mask": (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64),
            "decoder_input_ids": filled(before, own.pad, own.longest),
            "targets": filled(after, _NONE, own.longest),
        }
        return {name: torch.from_numpy(values) for name, values in made.items()}


def _direction(
    translator: Translator, sides: list[Windows], languages: tuple[str, str], way: int
) -> _Direction:
    places = [translator.place(language) for language in languages]
    return _Direction(
        sides[way],
        sides[1 - way],
        places[way],
        places[1 - way],
        translator.way(languages[way], languages[1 - way], _WHERE),
    )


def _whole(source: Windows, target: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Windows of the texts that have exactly one on both sides."""
    first, second = (
        np.flatnonzero(np.bincount(one.owner, minlength=1) == 1) for one in (source, target)
    )
    kept = np.intersect1d(first, second)
    return np.searchsorted(source.owner, kept), np.searchsorted(target.owner, kept)


def _ordinary(windows: Windows, row: int) -> np.ndarray:
    return windows.ids[row][windows.words[row] >= 0]


def _stream(pairs: _Pairs, tokens: int, smoothing: float) -> Stream:
    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, torch.Tensor]:
        return pairs.batch(rows)

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return loss(model, batch, smoothing)

    return Stream("translations", shuffled(pairs.lengths, make, tokens=tokens), objective)


def loss(model: Any, batch: dict[str, torch.Tensor], smoothing: float) -> torch.Tensor:
    """Mean cross-entropy, in nats, of the pieces of the targets and their ends."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "targets"}
    logits = model(**inputs, use_cache=False).logits.float()
    return F.cross_entropy(
        logits.flatten(0, 1),
        batch["targets"].flatten(),
        ignore_index=_NONE,
        label_smoothing=smoothing,
    )
>>>>>>> main
