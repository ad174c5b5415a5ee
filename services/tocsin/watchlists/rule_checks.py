"""Rules that can never fire, or always do; keys without effect; things that no rule asks for."""

from __future__ import annotations

from itertools import combinations

from tocsin.concepts.placed import Path
from tocsin.model import rule as model
from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Least, Mentions, Near, Not, Says
from tocsin.watchlists import language
from tocsin.watchlists.conditions import always, every, indexable, meet, never
from tocsin.watchlists.drafting import SET, Compiling

_PAIRS = 1000  # of parts whose fields are compared


def check(work: Compiling, rules: list[model.Rule]) -> None:
    """Add what is found to the document's problems."""
    made = {rule.name: rule for rule in rules}
    _names(work)
    for place, rule in enumerate(work.document.rules or ()):
        path: Path = ("rules", place)
        if (compiled := made.get(rule.rule)) is not None:
            _impossible(work, rule, compiled, path)
            _idle(work, rule, compiled, path)


def _names(work: Compiling) -> None:
    first: dict[str, Path] = {}
    for place, rule in enumerate(work.document.rules or ()):
        path = ("rules", place, "rule")
        if rule.rule in first:
            line = work.source.placed.line(first[rule.rule])
            work.error(path, f"a second rule is named {rule.rule!r} (the first in line {line}).", "Rename one.")
        first.setdefault(rule.rule, path)


def _impossible(work: Compiling, rule: language.Rule, made: model.Rule, path: Path) -> None:
    at = (*path, "when") if rule.when is not None else path
    fields = "title and body have no sentence and no distance in common."
    if any(not meet(one.left, one.right) for one in _nears(made.condition)) and never(made.condition):
        work.error(at, f"the rule {rule.rule!r} can never fire: {fields}", "Write & between the two.")
    elif never(made.condition):
        work.error(at, f"the rule {rule.rule!r} can never fire: what it asks for is excluded too.",
                   "Delete it from one of the two.")  # fmt: skip
    elif made.within.unit != "article" and _apart(made.condition):
        work.error((*path, "within"), f"the rule {rule.rule!r} can never fire: {fields}",
                   "Delete `within:`, or one of the fields.")  # fmt: skip
    elif not isinstance(made.condition, Everything) and always(made.condition):
        work.warn(at, f"the rule {rule.rule!r} holds for every article.", "Write when: '*' if that is meant.")


def _nears(condition: Condition) -> list[Near]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | Least(parts=parts):
            return [near for part in parts for near in _nears(part)]
        case Near(left=left, right=right):
            return [condition, *_nears(left), *_nears(right)]
        case _:
            return []


def _apart(condition: Condition) -> bool:
    """Whether parts that must hold together stand in title and body."""
    if not isinstance(condition, AllOf):
        return False
    parts = [part for part in condition.parts if not isinstance(part, Not)]
    return any(not meet(*pair) for pair, _ in zip(combinations(parts, 2), range(_PAIRS), strict=False))


def _idle(work: Compiling, rule: language.Rule, made: model.Rule, path: Path) -> None:
    """Keys without effect, and parts that stand twice where they are counted."""
    if made.within.unit != "article" and not _joins(made.condition):
        work.warn((*path, "within"), f"`within:` has no effect in {rule.rule!r}: it asks for one thing only.",
                  "Delete it.")  # fmt: skip
    if rule.always_run and indexable(made.condition, work.loose):
        work.warn((*path, "always_run"), f"`always_run:` has no effect in {rule.rule!r}: it has words to be found by.",
                  "Delete it.")  # fmt: skip
    for least in _counted(made.condition):
        if len(set(least.parts)) < len(least.parts):
            work.warn((*path, "when"), f"a part of `{least.count} OF` stands there twice in {rule.rule!r}, and counts twice.",
                      "Delete one.")  # fmt: skip


def _counted(condition: Condition) -> list[Least]:
    match condition:
        case Least(parts=parts):
            return [condition, *(one for part in parts for one in _counted(part))]
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return [one for part in parts for one in _counted(part)]
        case Not(part=part):
            return _counted(part)
        case _:
            return []


def _joins(condition: Condition) -> bool:
    """Whether several things must stand together."""
    match condition:
        case AllOf(parts=parts):
            return sum(not isinstance(part, Not) for part in parts) > 1 or any(map(_joins, parts))
        case AnyOf(parts=parts):
            return any(map(_joins, parts))
        case Mentions(least=least) | Says(least=least) | Least(count=least):
            return least > 1
        case Near():
            return True
        case _:
            return False


def unused(work: Compiling, rules: list[model.Rule]) -> None:
    """Warn of what no rule asks for in a list that has rules of its own."""
    if work.document.rules is None:
        return
    tests = [test for rule in rules for test in (*every(rule.condition), *(who for _, who in rule.roles))]
    entities = frozenset().union(*(test.entities for test in tests if isinstance(test, Mentions)))
    keywords = frozenset().union(*(test.keywords for test in tests if isinstance(test, Says)))
    spans = {span for test in tests if isinstance(test, Mentions) for span in test.spans}
    for number, path in enumerate(work.entity_paths):
        if number not in entities:
            _nobody_asks(work, path, f"entity {work.entities[number].ref!r}")
    for number, path in enumerate(work.keyword_paths):
        if number not in keywords:
            _nobody_asks(work, path, f"keyword {work.keywords[number].ref!r}")
    for name, meant in work.entity_names.items():
        asked = any(first <= one < last for one in entities for first, last in meant.spans)
        if meant.spans and not name.startswith(SET) and not asked and spans.isdisjoint(meant.spans):
            _nobody_asks(work, ("entities", name), f"group {name!r}")


def _nobody_asks(work: Compiling, path: Path, what: str) -> None:
    work.warn(path, f"no rule asks for the {what}.", "Name it in a rule, or delete it.")
