"""A reader of neighboring pieces with nothing learned yet.

Source: Kim 2014, "Convolutional Neural Networks for Sentence Classification", section 2,
https://aclanthology.org/D14-1181; over characters: Zhang et al. 2015, "Character-level Convolutional Networks for
Text Classification", https://arxiv.org/abs/1509.01626
"""

from calque.errors import BadSetting
from calque.models.unlearned import unlearned
from calque.roles import part
from calque.values import Checkpoint, Vocabulary


@part(paper="kinyarwanda-kirundi")
def convolutional(
    vocabulary: Vocabulary,
    *,
    width: int = 128,
    windows: tuple[int, ...] = (3, 4, 5),
    longest: int = 512,
    seed: int = 0,
) -> Checkpoint:
    """Draw filters over neighboring pieces (CNN) and the rows of a vocabulary that they see.

    With words as pieces it is the word-level network, with `vocabulary.bytes` or single characters, and
    wider windows, the character-level one. Used as `models.recurrent` is.

    vocabulary: words, pieces or characters, with a piece for padding
    width:      of rows, and of all filters together
    windows:    pieces that a filter sees, a group of filters each
    longest:    most pieces of a text; longer ones are read in windows
    seed:       of all weights
    """
    if not windows or min(windows) < 1 or width < len(windows) or longest < 1:
        raise BadSetting(
            "models.convolutional: windows must be positive, no more than width, and longest positive; got "
            f"{list(windows)}, {width} and {longest}"
        )
    from calque.models.light import LightConfig, LightModel

    config = LightConfig(len(vocabulary), width, False, windows, max_position_embeddings=longest)
    return unlearned(LightModel, config, vocabulary, longest, seed)
