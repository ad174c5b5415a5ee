"""Which marks count."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tocsin.score.marks import MOST, Mark, by_rule, offsets_of, rule_offset, standing


def a_mark(mark: str = "noise", article: str = "a1", **more: Any) -> Mark:
    fields = {"rule": "desk/rule", "article_id": article, "mark": mark, "score": 0.6, "by": "ann"}
    return msgspec.convert(fields | more, Mark)


def test_a_readers_last_mark_on_an_article_counts():
    """She changes her mind: one mark, the last one, in the place of its time."""
    marks = [a_mark("noise"), a_mark("noise", "a2"), a_mark("useful")]
    assert [(one.article_id, one.mark) for one in standing(marks)] == [("a2", "noise"), ("a1", "useful")]


def test_readers_who_contradict_each_other_both_count():
    """Two marks, and the offset is between what either alone would make of it."""
    both = [a_mark("noise"), a_mark("useful", by="bob")]
    assert len(standing(both)) == 2
    assert rule_offset(both[:1]) < rule_offset(both) < rule_offset(both[1:])


def test_a_mark_that_was_taken_back_does_not_count():
    """Until the article is marked again."""
    marks = [a_mark(), a_mark("removed")]
    assert standing(marks) == ()
    assert rule_offset(marks) == 0.0
    assert len(standing([*marks, a_mark("useful")])) == 1


def test_articles_of_one_id_from_two_sources_are_two():
    """An id is its source's own."""
    assert len(standing([a_mark(source="one"), a_mark(source="two")])) == 2


def test_only_the_newest_marks_count():
    """A rule that was rewritten is judged by what came after, in time."""
    marks = [a_mark("noise", f"old{number}") for number in range(MOST)]
    marks += [a_mark("useful", f"new{number}") for number in range(MOST)]
    assert {one.mark for one in standing(marks)} == {"useful"}
    assert len(standing(marks)) == MOST


def test_rules_are_apart():
    """A mark on one rule is no word on another, and a rule at 0 is not listed."""
    marks = [a_mark(), a_mark("useful", rule="desk/other"), a_mark("useful", rule="desk/even")]
    marks.append(a_mark("removed", rule="desk/even"))
    found = offsets_of(by_rule(marks))
    assert set(found) == {"desk/rule", "desk/other"}
    assert found["desk/rule"] < 0 < found["desk/other"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "desk"},
        {"rule": "a/b/c"},
        {"rule": "a/b\x1b"},
        {"mark": "bad"},
        {"score": 1.1},
        {"score": float("nan")},
        {"article_id": ""},
        {"note": "x" * 501},
        {"colour": "red"},
    ],
)
def test_what_is_no_mark_is_refused(wrong):
    """A rule without a list, a score that is no probability, a text without end."""
    with pytest.raises(msgspec.ValidationError):
        a_mark(**wrong)
