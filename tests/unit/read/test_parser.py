"""Our way through the pipeline annotates what spaCy's own does."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.pipeline import AttributeRuler

from tocsin.read.parser import Pipeline, load_language

TEXTS = [
    "There is no evidence that soldiers who have crossed the border did so; it was not them.",
    "In May 2015, Moravia's army had fired on the port of Lydia, but nobody said so.",
    "While talks go on, rebels aren't going to give up what they do, are they?",
    "",
    "DOZENS KILLED",
]


@pytest.fixture(scope="module")
def language() -> Language:
    return load_language("auto")


def _annotated(docs):
    return [[(w.text, w.tag_, w.pos_, w.dep_, w.head.i, w.ent_type_) for w in doc] for doc in docs]


@pytest.mark.parametrize("together", [1, 3, 48])
def test_annotations_are_those_of_spacy(language, together):
    """Tags, parts of speech, dependencies and names, whatever goes through together, an empty text too."""
    assert _annotated(Pipeline(language).pipe(TEXTS, together)) == _annotated(language.pipe(TEXTS))


def test_a_rule_that_is_not_understood_keeps_the_ruler():
    """A pipeline whose ruler asks for more than tag, lower case and dependency is annotated by the ruler itself."""
    language = load_language("auto")
    ruler = language.get_pipe("attribute_ruler")
    assert isinstance(ruler, AttributeRuler)
    ruler.add([[{"SHAPE": "xxxx"}]], {"POS": "INTJ"})
    assert _annotated(Pipeline(language).pipe(TEXTS, 3)) == _annotated(language.pipe(TEXTS))
