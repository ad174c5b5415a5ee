"""What marks say about a rule and its words."""

from __future__ import annotations

from tocsin.apps.mark_figures import ENOUGH, figures
from tocsin.score.marks import Mark, Term


def a_mark(article: str, mark: str, *terms: Term, by: str = "ann") -> Mark:
    return Mark(rule="desk/rule", article_id=article, mark=mark, score=0.6, by=by, terms=terms)  # type: ignore[arg-type]


def a_term(text: str = "crane", before: str = "", after: str = "") -> Term:
    return Term(ref="cranes", text=text, before=before, after=after)


def test_no_marks_no_figures():
    """Nor where all were taken back."""
    assert figures("desk/rule", [], in_force=True) is None
    assert figures("desk/rule", [a_mark("a1", "noise"), a_mark("a1", "removed")], in_force=True) is None


def test_counts_precision_and_offset_are_of_the_marks_that_count():
    """A changed mind counts once, two readers twice."""
    marks = [a_mark("a1", "useful"), a_mark("a1", "noise"), a_mark("a1", "useful", by="bob"), a_mark("a2", "noise")]
    found = figures("desk/rule", marks, in_force=True)
    assert found is not None
    assert (found.useful, found.noise, found.readers, found.precision) == (1, 2, 2, 0.333)
    assert found.offset < 0


def test_a_term_counts_a_mark_once_however_often_the_article_says_it():
    """Three hits in one article are one reader's one word on them."""
    marks = [
        a_mark("a1", "useful", a_term(), a_term(before="tower"), a_term(after="strike")),
        a_mark("a2", "noise", a_term()),
    ]
    found = figures("desk/rule", marks, in_force=True)
    assert found is not None
    [term] = found.terms
    assert (term.useful, term.noise, term.precision) == (1, 1, 0.5)


def test_words_beside_a_hit_that_only_noise_has_are_suggested():
    """Once they were noise often enough, and never where something useful has them too."""
    noise = [a_mark(f"n{number}", "noise", a_term(before="toy", after="sale")) for number in range(ENOUGH)]
    useful = [a_mark("u1", "useful", a_term(before="harbour", after="sale"))]
    found = figures("desk/rule", noise + useful, in_force=True)
    assert found is not None
    assert len(found.suggestions) == 1
    assert "'toy crane'" in found.suggestions[0]
    fewer = figures("desk/rule", noise[1:] + useful, in_force=True)
    assert fewer is not None
    assert fewer.suggestions == ()


def test_a_hit_that_is_never_useful_is_suggested_itself_where_others_are():
    """Where nothing at all is useful the rule is at fault, not one of its words."""
    noise = [a_mark(f"n{number}", "noise", a_term("cranes", before="white")) for number in range(ENOUGH)]
    alone = figures("desk/rule", noise, in_force=True)
    assert alone is not None
    assert alone.suggestions == ()
    beside = figures("desk/rule", [*noise, a_mark("u1", "useful", a_term())], in_force=True)
    assert beside is not None
    [said] = beside.suggestions
    assert "'cranes'" in said
    assert "leave it out" in said
