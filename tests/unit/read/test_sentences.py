"""The guards on the real model, over labelled sentences in pairs that differ by scope."""

from __future__ import annotations

from collections import Counter

import pytest

from builders import a_document
from tocsin.model.rule import GuardKind
from tocsin.read.reader import Reader

from .labelled_sentences import labelled

GUARDS = ("negated", "denied", "hypothetical", "historical")


def _found(reader: Reader, *, upper: bool = False):
    cases = labelled(upper=upper)
    readings = reader.read([(case.document, frozenset(range(len(case.document.sentences)))) for case in cases])
    return [
        (case, {guard.kind.value for guard in reading.guards if guard.tokens & case.event})
        for case, reading in zip(cases, readings, strict=True)
    ]


@pytest.mark.parametrize("upper", [False, True], ids=["as written", "all capitals"])
def test_guards_cover_what_they_should_and_nothing_else(reader, upper):
    """Each guard has a precision of nine in ten and a recall of 85 in 100 at least, in mixed case and in capitals."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wrong = []
    for case, guards in _found(reader, upper=upper):
        asked[case.guard] += 1
        given.update(guards)
        right.update(guards & {case.guard})
        if guards != {case.guard} - {"asserted"}:
            wrong.append(f"{case.guard}, not {sorted(guards)}: {case.text}")
    for guard in GUARDS:
        assert right[guard] >= 0.85 * asked[guard], "\n".join(wrong)
        assert right[guard] >= 0.9 * given[guard], "\n".join(wrong)


def test_the_set_is_large_and_balanced():
    """At least 120 sentences, about half of them asserted."""
    kinds = Counter(case.guard for case in labelled())
    assert sum(kinds.values()) >= 120
    assert 0.4 <= kinds["asserted"] / sum(kinds.values()) <= 0.6
    assert set(kinds) == {*GUARDS, "asserted"}


def test_a_cue_is_a_span_of_the_text(reader):
    """``field[start:end] == text`` for every cue, however the text is written."""
    for case in [*labelled(), *labelled(upper=True)][::5]:
        for guard in reader.read([(case.document, frozenset({0}))])[0].guards:
            cue = guard.cue
            assert case.document.field_text(cue.field)[cue.start : cue.end] == cue.text
            assert cue.text


def test_history_inside_todays_story(reader):
    """One sentence of the story is history, the next is not: guards do not leak from one to the other."""
    body = (
        "In 2015, as the broadcasts resumed, the North fired artillery rounds across the border. "
        "On Thursday its soldiers crossed the line again, and the violations were not intentional."
    )
    document = a_document(body=body, lang="en", published_at=1718971200.0)
    reading = reader.read([(document, frozenset({0, 1}))])[0]
    first, second = document.sentences
    historical = frozenset().union(*(guard.tokens for guard in reading.guards if guard.kind is GuardKind.HISTORICAL))
    assert historical
    assert historical <= set(range(first.first, first.last))
    crossed = _token(document, "crossed", second)
    violations = _token(document, "violations", second)
    covered = frozenset().union(*(guard.tokens for guard in reading.guards))
    assert crossed not in covered
    assert violations not in covered


def test_an_undated_article_knows_the_past_from_its_own_years(reader):
    """Without date and arrival, an older year than the latest named is history; a lone year says nothing."""
    both = a_document(
        body="In 1980 guerrillas attacked the dam. On 3 May 1989 guerrillas attacked it again.", lang="en"
    )
    lone = a_document(body="In 1980 guerrillas attacked the dam.", lang="en")
    old, alone = reader.read([(both, frozenset({0, 1})), (lone, frozenset({0}))])
    covered = frozenset().union(*(guard.tokens for guard in old.guards))
    assert _token(both, "attacked", both.sentences[0]) in covered
    assert _token(both, "attacked", both.sentences[1]) not in covered
    assert not alone.guards


def _token(document, word, sentence):
    return next(
        number
        for number in range(sentence.first, sentence.last)
        if document.article.body[slice(*document.spans[number])].lower() == word
    )
