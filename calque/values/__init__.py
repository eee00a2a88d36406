"""The frozen data that flows between parts. Each name loads when it is first asked for."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calque.values.base import Value as Value
    from calque.values.checkpoint import Checkpoint as Checkpoint
    from calque.values.classifier import Classifier as Classifier
    from calque.values.hydra import Hydra as Hydra
    from calque.values.hypernetwork import Hypernetwork as Hypernetwork
    from calque.values.label_reader import LabelReader as LabelReader
    from calque.values.labelled import Labelled as Labelled
    from calque.values.lexicon import Lexicon as Lexicon
    from calque.values.links import Links as Links
    from calque.values.map import Map as Map
    from calque.values.mixture import Mixture as Mixture
    from calque.values.page import Page as Page
    from calque.values.patch import Patch as Patch
    from calque.values.predictions import Predictions as Predictions
    from calque.values.rows import Rows as Rows
    from calque.values.score import Score as Score
    from calque.values.score import Table as Table
    from calque.values.space import Space as Space
    from calque.values.tagger import Tagger as Tagger
    from calque.values.texts import Bitext as Bitext
    from calque.values.texts import Texts as Texts
    from calque.values.translation import Translation as Translation
    from calque.values.view import View as View
    from calque.values.vocabulary import Vocabulary as Vocabulary

_HOME = {
    "Value": "base",
    "Checkpoint": "checkpoint",
    "Classifier": "classifier",
    "Hydra": "hydra",
    "Hypernetwork": "hypernetwork",
    "LabelReader": "label_reader",
    "Labelled": "labelled",
    "Lexicon": "lexicon",
    "Links": "links",
    "Map": "map",
    "Mixture": "mixture",
    "Page": "page",
    "Patch": "patch",
    "Predictions": "predictions",
    "Rows": "rows",
    "Score": "score",
    "Table": "score",
    "Space": "space",
    "Tagger": "tagger",
    "Texts": "texts",
    "Bitext": "texts",
    "Translation": "translation",
    "View": "view",
    "Vocabulary": "vocabulary",
}


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'calque.values' has no attribute {name!r}")
    return getattr(importlib.import_module(f"calque.values.{_HOME[name]}"), name)
