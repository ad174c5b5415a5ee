"""``when:`` expressions to conditions: names resolved, phrases made keywords, fields carried to what they hold for."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.concepts import phrases
from tocsin.concepts.phrases import PhraseError
from tocsin.concepts.placed import Path
from tocsin.model import rule as model
from tocsin.model.rule import Condition, Keyword, Says
from tocsin.watchlists import naming, when
from tocsin.watchlists.conditions import all_of, any_of
from tocsin.watchlists.drafting import CONCEPT, SET, Compiling
from tocsin.watchlists.lexicon import common_words
from tocsin.watchlists.naming import Undefined
from tocsin.watchlists.when import WhenError


@dataclass(frozen=True, slots=True)
class _Expression:
    work: Compiling
    text: str
    path: Path  # of the `when:`
    rule: str

    def wrong(self, at: int, message: str, remedy: str) -> None:
        """Note what cannot be meant, with the character."""
        error = WhenError(message, remedy, at=at, text=self.text)
        self.work.error(self.path, f"`when:` of {self.rule!r}, {error.place}: {message}", remedy)


def condition(work: Compiling, text: str, path: Path, rule: str) -> Condition | None:
    """Compile a rule's expression; None where it cannot be meant, which is then among the problems."""
    expression = _Expression(work, text, path, rule)
    try:
        node = when.parse(text)
    except WhenError as error:
        expression.wrong(error.at, error.message, error.remedy)
        return None
    errors = work.errors
    made = _condition(expression, node, None)
    return made if work.errors == errors else None


_NOTHING = model.AnyOf(())  # stands for what is wrong, until the rule is refused


def _condition(said: _Expression, node: when.Node, field: str | None) -> Condition:
    match node:
        case when.Name(text=text, at=at):
            return _name(said, text, at, field)
        case when.Phrase(text=text, at=at):
            return _phrase(said, text, at, field)
        case when.Field(name=name, part=part):
            return _condition(said, part, name)
        case when.Not(part=part):
            return model.Not(_condition(said, part, field))
        case when.And(parts=parts):
            return all_of([_condition(said, part, field) for part in parts])
        case when.Or(parts=parts):
            return any_of([_condition(said, part, field) for part in parts])
        case when.Of(count=count, parts=parts):
            return model.Least(count, tuple(_condition(said, part, field) for part in parts))
        case when.Near(left=left, right=right, unit=unit, words=words):
            sides = _condition(said, left, field), _condition(said, right, field)
            return model.Near(*sides, unit, words)
        case when.Everything():
            return model.Everything()


def _name(said: _Expression, name: str, at: int, field: str | None) -> Condition:
    work = said.work
    try:
        mentions = None if name.startswith(CONCEPT) else naming.known_entities(work, name)
        says = None if name.startswith(SET) else naming.known_keywords(work, name, said.path)
    except Undefined as error:
        said.wrong(at, error.message, error.remedy)
        return _NOTHING
    if mentions is not None and says is not None:
        said.wrong(at, f"{name!r} is an entity and a keyword of this list.", "Rename one of the two.")
    elif mentions is not None:
        return model.Mentions(mentions.entities, spans=mentions.spans, field=field)
    elif says is not None:
        return Says(says.keywords, field=field)
    else:
        unknown = naming.neither(work, name)
        said.wrong(at, unknown.message, unknown.remedy)
    return _NOTHING


def _phrase(said: _Expression, text: str, at: int, field: str | None) -> Condition:
    """A keyword without a name; one, however often it is written."""
    work = said.work
    if text not in work.typed:
        try:
            phrase = phrases.compile_phrase(text, common_words())
        except PhraseError as error:
            bare = text.startswith((CONCEPT, SET))
            said.wrong(at, error.message, f"Write {text} without quotes." if bare else error.remedy)
            return _NOTHING
        work.typed[text] = (work.add_keyword(Keyword(ref=text, phrases=(phrase,)), said.path), said.path)
    return Says(frozenset([work.typed[text][0]]), field=field)
