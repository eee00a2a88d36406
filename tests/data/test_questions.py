import pyarrow as pa
import pytest

from calque.data.questions import questions
from calque.errors import BadValue
from calque.values import Labelled


def test_questions_with_what_their_translations_must_hold():
    rows = [{"context": "c", "question": "q ?", "answer": "a", "start": 0}]
    made = Labelled.of(rows, "answer", "swh")
    assert list(questions(made)) == ["q ?"] and questions(made).language == "swh"
    column = pa.array([["x"]], pa.list_(pa.string()))
    more = Labelled(made.table.append_column("constraints", column), "answer", "swh")
    texts = questions(more, language="eng")
    assert texts.table.to_pydict() == {"text": ["q ?"], "constraints": [["x"]]}
    assert texts.language == "eng"


def test_other_tasks_have_none():
    with pytest.raises(BadValue, match="examples of task 'class' have no questions"):
        questions(Labelled.of([], "class"))
