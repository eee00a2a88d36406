"""A recurrent reader with nothing learned yet.

Source: Niyongabo et al. 2020, "KINNEWS and KIRNEWS", section 4, https://aclanthology.org/2020.coling-main.480
"""

from calque.errors import BadSetting
from calque.models.unlearned import unlearned
from calque.roles import part
from calque.values import Checkpoint, Vocabulary


@part(paper="kinyarwanda-kirundi")
def recurrent(
    vocabulary: Vocabulary, *, width: int = 128, longest: int = 512, seed: int = 0
) -> Checkpoint:
    """Draw a gated recurrence in both directions (BiGRU) over the rows of a vocabulary.

    For baselines that no pretraining helps: `models.tune` and `models.predict` take it for labels of texts
    and tags of words. transformers loads the folder where `calque.models.light` has been imported.

    vocabulary: words, pieces or characters, with a piece for padding
    width:      of rows and states, even: half of a state is of each direction
    longest:    most pieces of a text; longer ones are read in windows
    seed:       of all weights
    """
    if width < 2 or width % 2 or longest < 1:
        raise BadSetting(
            f"models.recurrent: width must be even and longest positive, got {width} and {longest}"
        )
    from calque.models.light import LightConfig, LightModel

    config = LightConfig(len(vocabulary), width, True, max_position_embeddings=longest)
    return unlearned(LightModel, config, vocabulary, longest, seed)
