"""Every rescaler and pairer can be walked over the grids of a corpus in a recipe."""

import numpy as np
import pytest
import yaml

from calque.checking import problems
from calque.recipe import read
from calque.registry import part, parts
from calque.run import run

GRIDS = [[[0.9, 0.1, -0.2], [0.2, 0.8, 0.0], [0.1, 0.3, 0.7]], [[0.5, 0.6]], [[-0.3], [0.4]]]


@pytest.mark.parametrize("role", ["pairer", "rescaler"])
def test_each_walks_them(role, tmp_path):
    names = [name for name, info in parts().items() if info.role == role]
    steps = {
        name.split(".")[1]: {"use": name, "each": ["similarity"], "similarity": "$grids"}
        for name in names
    }
    if role == "rescaler":  # what they give goes on to a pairer, and with the links to the filter
        walk = {"each": ["similarity"], "similarity": "$csls"}
        steps["links"] = {"use": "wordalign.mutual", **walk}
        given = {"links": "$links", "similarities": "$grids"}
        steps["kept"] = {"use": "wordalign.null_filter", **given, "quantile": 0.5}
    tree = {"about": "Grids.", "inputs": {"grids": GRIDS}, "steps": steps}
    file = tmp_path / "grids.yaml"
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    assert list(problems(read(str(file)))) == []
    made = run(str(file), out=tmp_path / "out")
    for name in names:
        for found, grid in zip(made[name.split(".")[1]], GRIDS, strict=True):
            alone = part(name)(np.array(grid))
            if role == "pairer":
                np.testing.assert_array_equal(found.pairs, alone.pairs)
            else:
                np.testing.assert_array_equal(found, alone)
    if role == "rescaler":
        assert [len(links) for links in made["kept"]] == [2, 1, 1]
