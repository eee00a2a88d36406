"""Labels as mixtures of the pieces that say them, so that a model which guesses pieces can classify.

Source: Zhao et al. 2023, "Pre-trained Language Models Can Be Fully Zero-Shot Learners" (NPPrompt), section 3: label
words are the neighbors of a label's name, https://aclanthology.org/2023.acl-long.869; names in several languages:
Philippy et al. 2025 (RoSPrompt), https://aclanthology.org/2025.lm4uc-1.8
"""

import numpy as np
from scipy import sparse

from calque.errors import BadSetting, BadValue
from calque.maths.neighbors import unit
from calque.roles import part
from calque.values import Labelled, Mixture, Space, Vocabulary

_WHERE = "vocabulary.verbalizer"


@part(paper="rosprompt")
def verbalizer(old: Vocabulary, named: Labelled, vectors: Space, *, neighbors: int = 8) -> Mixture:
    """Make each label of the pieces that are nearest to its names: a label is one more row of the vocabulary.

    A name's vector is the mean of its pieces' vectors; it is made of the pieces nearest to that by cosine,
    nearer ones weighing more (softmax of the cosines). A label with several names, say in several languages, is
    made of all in equal shares. No example of a label is needed, so any set of labels will do at any time.

    old:       the model's tokenizer (`models.vocabulary`)
    named:     names of the labels, as examples of the task class: "sport" for sport, "michezo" for sport
    vectors:   of pieces, the model's input rows (`models.piece_rows`)
    neighbors: pieces that a name is made of, itself included; 0 takes the name's own pieces alone, in equal shares
    """
    if neighbors < 0:
        raise BadSetting(f"{_WHERE}: neighbors must not be negative, got {neighbors}")
    if named.task != "class" or not len(named):
        raise BadValue(
            f"{_WHERE}: needs names of labels as examples of task class, got {len(named)} of '{named.task}'"
        )
    place = {piece: number for number, piece in enumerate(old.pieces)}
    ids = np.array([place[name] for name in vectors.names if name in place])
    known = np.zeros((len(old.pieces), vectors.vectors.shape[1]))
    known[ids] = vectors.vectors[[name in place for name in vectors.names]]
    speaks = np.array([bool(reading.strip("▁")) for reading in old.readings])
    keys = unit(known)
    labels = tuple(dict.fromkeys(row["label"] for row in named))
    matrix = np.zeros((len(labels), len(old.pieces)))
    for row, pieces in zip(named, old.cut([row["text"] for row in named]), strict=True):
        own = [piece for piece in pieces if speaks[piece]]
        if not own:
            raise BadValue(f"{_WHERE}: '{row['text']}', a name of '{row['label']}', has no pieces")
        shares = np.bincount(own, minlength=len(old.pieces)) / len(own)
        if neighbors:
            near = np.where(speaks, keys @ unit((shares @ known)[None])[0], -np.inf)
            best = np.argsort(-near, kind="stable")[:neighbors]
            shares = np.zeros(len(near))
            shares[best] = np.exp(near[best])
        matrix[labels.index(row["label"])] += shares / shares.sum()
    matrix /= matrix.sum(axis=1, keepdims=True)
    return Mixture(sparse.csr_matrix(matrix), labels, old.pieces)
