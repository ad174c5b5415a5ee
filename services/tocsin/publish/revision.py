"""An edited article: did what was alerted change, or only the page around it?"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.folding import fold, tokens
from tocsin.model.alert import Change, Evidence
from tocsin.model.decision import Reason, Scored
from tocsin.model.document import Document
from tocsin.model.story import Told

PROOFS = 12  # folded evidence texts that a story remembers of an article
SENTENCE = 300  # characters of the best evidence sentence that it remembers

_NUMBER_WORDS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "dozen",
        "dozens",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "no",
        "none",
    ]
)
_RETRACTION = frozenset(
    ["correction", "corrected", "corrects", "retraction", "retracted", "retracts", "clarification", "withdrawn"]
)


def remembered(scored: list[Scored]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return what a story keeps of an article's proof: folded evidence texts, figures beside them, the best sentence."""
    proof: dict[str, None] = {}
    figures: dict[str, None] = {}
    sentence = ""
    for one in scored:
        for evidence in _keywords_first(one.evidence):
            proof.setdefault(fold(evidence.text), None)
            figures.update(dict.fromkeys(_figures(evidence.sentence.text)))
            sentence = sentence or evidence.sentence.text[:SENTENCE]
    return tuple(proof)[:PROOFS], tuple(figures)[:PROOFS], sentence


def lost_rules(previous: Told, scored: Sequence[Scored], live: frozenset[str], *, proof_gone: bool) -> list[str]:
    """Return the rules told for an article that its new text no longer bears out.

    A rule that is no longer in force here, that the article has only become too old for, or that could not be read this
    time is not lost: the text did not take it back.
    """
    found = {one.rule_key: one for one in scored}
    return [rule for rule in previous.rules if rule in live and _is_lost(found.get(rule), proof_gone=proof_gone)]


def _is_lost(one: Scored | None, *, proof_gone: bool) -> bool:
    if one is None or one.refusal is Reason.GUARDED:
        return True
    return (
        one.refusal is Reason.BELOW_THRESHOLD
        and not {"unread", "no_reader"} & set(one.marks)
        and (proof_gone or bool(one.guards))
    )


def what_changed(
    previous: Told, document: Document, scored: Sequence[Scored], now_passing: list[Scored], live: frozenset[str]
) -> tuple[Change, ...]:
    """Return what of the alerted content an edit changed; empty where only other text did.

    Changed is: a rule that the text no longer bears out, evidence that is gone from it, a figure that stood beside the
    evidence and is gone, or a cue that the article takes something back.

    Args:
        previous: what the channel was told of the article.
        document: its new content.
        scored: every candidate of the channel in it.
        now_passing: those of them that pass.
        live: keys of the rules that are in force in the channel.
    """
    text = document.folded.text
    proof_gone = any(proof not in text for proof in previous.proof)
    changes: list[Change] = [
        Change("rule", rule, None) for rule in lost_rules(previous, scored, live, proof_gone=proof_gone)
    ]
    _, _, sentence = remembered(now_passing)
    if proof_gone:
        changes.append(Change("text", previous.sentence or None, sentence or None))
    gone = [figure for figure in previous.figures if f" {figure} " not in text]
    if gone:
        _, figures, _ = remembered(now_passing)
        fresh = [figure for figure in figures if figure not in previous.figures]
        changes.append(Change("toll", ", ".join(gone), ", ".join(fresh) or None))
    if not changes and takes_back(document) and not previous.retracts:
        changes.append(Change("text", previous.sentence or None, sentence or None))
    return tuple(changes)


def _keywords_first(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    return [one for one in evidence if one.kind != "entity"] or list(evidence)


def _figures(sentence: str) -> list[str]:
    return [token for token in tokens(sentence) if token.isdecimal() or token in _NUMBER_WORDS]


def takes_back(document: Document) -> bool:
    """Whether the title or the first sentence of the body says that it corrects or retracts."""
    opening = [s for s in document.sentences if s.field == "title"][:1] + [
        s for s in document.sentences if s.field == "body"
    ][:1]
    return any(
        token in _RETRACTION
        for sentence in opening
        for token in tokens(document.field_text(sentence.field)[sentence.start : sentence.end])[:4]
    )
