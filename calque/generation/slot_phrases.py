"""What an utterance must hold to be what its instruction asks for.

Sources: Rosenbaum et al. 2022, "LINGUIST", section 3, for the instructions, https://aclanthology.org/2022.coling-1.18;
phrases that a search must write: Hokamp and Liu 2017, "Lexically Constrained Decoding for Sequence Generation Using Grid
Beam Search", https://arxiv.org/abs/1704.07138. That one serves the other is ours: a small model does not learn to copy
"""

import pyarrow as pa

from calque.generation.brackets import Instruction
from calque.roles import part
from calque.values import Texts


@part(paper="linguist")
def slot_phrases(instructions: Texts) -> Texts:
    """Put what stands in an instruction's slots, brackets included, into column `constraints`.

    A search that holds them (`models.translate_constrained`) writes each value as it was told; what stands between
    them, and whether more slots follow, is the model's own. Slots whose value is not told are left to it, too.

    instructions: of `generation.slot_prompts`
    """
    phrases = []
    for text in instructions:
        asked = Instruction.read(text)
        phrases.append([asked.slot(label, words) for label, words in asked.include if words])
    column = pa.array(phrases, pa.list_(pa.string()))
    table = instructions.table
    if "constraints" in table.column_names:
        table = table.drop_columns(["constraints"])
    return Texts(
        table.append_column("constraints", column), instructions.language, instructions.tokenized
    )
