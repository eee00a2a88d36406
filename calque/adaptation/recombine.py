"""Named prompts of a patch put before a text in another order, or in pairs that never met.

Source: Vu et al. 2022, "Overcoming Catastrophic Forgetting in Zero-Shot Cross-Lingual Generation", factorized prompts,
https://arxiv.org/abs/2205.12647
"""

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Patch
from calque.values.patch import write_patch


@part(paper="zero-shot-prompt-tuning-generation")
def recombine(patch: Patch, *, names: list[str]) -> Patch:
    """Take the modules of these names, in this order, and leave the others out.

    patch: of `models.factored_prompts`
    names: of prompts that it has, for example [swh, summary]
    """
    known = {entry.facts["of"]: entry for entry in patch.entries if "of" in entry.facts}
    lost = [name for name in names if name not in known]
    if lost or not names or isinstance(names, str):
        raise BadSetting(
            f"adaptation.recombine: names must be some of the patch's modules: {', '.join(known) or 'none'}; "
            f"got {names}"
        )
    return write_patch(patch.head, (patch.read(known[name]) for name in names))
