"""Makes malti_fst.json: every spelling in Arabic letters that the tool malti gives of Maltese words.

    git clone https://github.com/MLRS/malti && git -C malti checkout 2024.eacl
    pip install pynini==2.1.7
    python tests/golden/malti_fst.py malti

Runs `translit_word` of the tool's src/malti2arabi_fst.py without its lists of whole words, with all choices
of letters. Its language models, which choose among the spellings, cannot be had.
"""

import importlib
import json
import os
import sys
import types
from pathlib import Path

COMMIT = "a17de27"
HERE = Path(__file__).resolve().parent
WORDS = """
    ktieb qalb bniedem baħar dar għajn xemx mara kelb sena tifla ħobż belt jum lejl għasfur nar
    xahar karozza Porsche 2022 għandha speed fenomenali iebes mexjin omm ħsibt iddikjarat kbir
    żagħżugħ sabiħ raġel tiġieġa ħaddiem mitt ħażż bellus daħħal sittin qattus ġġib mazz poplu
    televixin kuluri skola ċavetta grazzi ġie ikel għadu qara' x !
""".split()  # noqa: SIM905


def main(checkout: str) -> None:
    """Ask the tool and write what it says."""
    os.chdir(Path(checkout) / "src")  # it opens its tables by relative paths
    sys.path.insert(0, ".")
    sys.modules["token_rankers"] = types.ModuleType("token_rankers")  # wants kenlm, is not used
    translit_word = importlib.import_module("malti2arabi_fst").translit_word

    found = {word: sorted(set(translit_word(word.lower(), None, True))) for word in WORDS}
    kept = {"tool": f"MLRS/malti@{COMMIT}, pynini 2.1.7", "spellings": found}
    path = HERE / "malti_fst.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
