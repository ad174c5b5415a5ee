"""What is wrong or unwise in a document that can be read. Errors are what cannot be meant; warnings never refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tocsin import folding
from tocsin.concepts import phrases
from tocsin.concepts.placed import Path
from tocsin.model import rule as model
from tocsin.model.rule import Check, Entity, Surface
from tocsin.watchlists import entities, language
from tocsin.watchlists.drafting import Compiling
from tocsin.watchlists.lexicon import common_words

Tokens = tuple[str, ...]


def check(work: Compiling, rules: list[model.Rule]) -> None:
    """Add what is found to the document's problems."""
    _rule_names(work)
    for place, rule in enumerate(work.document.rules or ()):
        _never(work, rule, ("rules", place))
        _idle(work, rule, ("rules", place))
    _sources(work)
    if work.refused:
        return
    _keywords(work)
    _aliases(work)
    _shared_aliases(work)
    _completed_twice(work)
    _both(work)
    _unused(work, rules)


def _rule_names(work: Compiling) -> None:
    first: dict[str, Path] = {}
    for place, rule in enumerate(work.document.rules or ()):
        path = ("rules", place, "rule")
        if rule.rule in first:
            line = work.source.placed.line(first[rule.rule])
            work.error(path, f"a second rule is named {rule.rule!r} (the first in line {line}).", "Rename one.")
        first.setdefault(rule.rule, path)


def _never(work: Compiling, rule: language.Rule, path: Path) -> None:
    """Rules that no article can satisfy."""
    for side, value, known in (
        ("entities", rule.entities, work.entity_names),
        ("keywords", rule.keywords, work.keyword_names),
    ):
        if not isinstance(value, language.Choice):
            continue
        banned = {index for name in value.none or () for index in known.get(name, ())}
        required = [set(known.get(name, ())) for name in value.all or ()]
        if value.any:
            required.append({index for name in value.any for index in known.get(name, ())})
        if any(needed and needed <= banned for needed in required):
            work.error((*path, side), f"the rule {rule.rule!r} can never fire: what it asks for stands under `none:` too.",
                       "Delete it from one of the two.")  # fmt: skip


def _idle(work: Compiling, rule: language.Rule, path: Path) -> None:
    """Keys without effect."""
    if rule.within not in {None, "article"} and (rule.entities is None) != (rule.keywords is None):
        choice = rule.entities or rule.keywords
        if not (isinstance(choice, language.Choice) and len(choice.all or ()) + bool(choice.any) > 1):
            work.warn(
                (*path, "within"),
                f"`within:` has no effect in {rule.rule!r}: it asks for one thing only.",
                "Delete it.",
            )
    if rule.always_run and rule.when is None:
        work.warn((*path, "always_run"), "`always_run:` has no effect without `when: '*'`.", "Delete it.")


def _sources(work: Compiling) -> None:
    filters: list[tuple[Path, language.Filters | None]] = [(("filters",), work.document.filters)]
    filters += [(("rules", place, "filters"), rule.filters) for place, rule in enumerate(work.document.rules or ())]
    for path, value in filters:
        sources = value.sources if value else None
        if sources and sources.include and set(sources.include) <= set(sources.exclude or ()):
            work.error(
                (*path, "sources"),
                "no source passes: all that are included are excluded too.",
                "Delete one of the two.",
            )


def _keywords(work: Compiling) -> None:
    listed: dict[Tokens, str] = {}  # in a list each entry is a rule: two that mean the same would tell all twice
    for _, name, texts in _phrase_places(work):
        seen: dict[Tokens, str] = {} if isinstance(work.document.keywords, dict) else listed
        for place, text in texts:
            if text.startswith("concept:"):
                continue
            written = phrases.parse(text)
            words = [token for word in written.words for token in folding.tokens(word)]
            if len(words) == 1 and words[0] in common_words() and not written.case and not _brings_concept(work, text):
                work.warn(
                    place, f"{text!r} alone is too generic a word.", "Add a second word, in any order: attack embassy."
                )
            key = phrases.key(text) if not written.exact else (*words, '"')
            if key in seen and key:
                work.warn(place, f"{text!r} finds the same as {seen[key]!r} (in {name!r}).", "Delete one.")
            seen.setdefault(key, text)
        _eaten_quotes(work, [place for place, _ in texts])


def _brings_concept(work: Compiling, text: str) -> bool:
    return bool(work.library.meaning(text))


def _phrase_places(work: Compiling) -> Iterator[tuple[Path, str, list[tuple[Path, str]]]]:
    """Each keyword as written: where, its name, and its phrases with their places."""
    written = work.document.keywords
    if isinstance(written, dict):
        for name, value in written.items():
            path: Path = ("keywords", name)
            if isinstance(value, language.Keyword):
                yield path, name, [((*path, "any", place), text) for place, text in enumerate(value.any)]
            else:
                texts = value if isinstance(value, list) else [value]
                yield (
                    path,
                    name,
                    [((*path, place) if isinstance(value, list) else path, text) for place, text in enumerate(texts)],
                )
        return
    for number, entry in enumerate(written or ()):
        path = ("keywords", number)
        if isinstance(entry, str):
            yield path, entry, [(path, entry)]
        else:
            yield (
                path,
                entry.name,
                [((*path, "any", place), text) for place, text in enumerate(entry.any or [])] or [(path, entry.name)],
            )


def _eaten_quotes(work: Compiling, places: list[Path]) -> None:
    """YAML takes double quotes away: what was meant to be exact is not. JSON needs them and means nothing by them."""
    placed = work.source.placed
    if placed.text.lstrip().startswith("{"):
        return
    for path in places:
        value = placed.data
        for part in path:
            value = value[part] if not isinstance(value, str) else value
        if path in placed.quoted and isinstance(value, str) and len(value.split()) > 1 and '"' not in value:
            work.warn(path, f'YAML takes the quotes of "{value}" away: it is read in any order and inflection.',
                      f"Write '\"{value}\"' if exactly these words are meant; else drop the quotes.")  # fmt: skip


def _alias_places(work: Compiling) -> Iterator[tuple[int, str, list[tuple[Path, str, bool]]]]:
    """Each entity as written: its index, its name, and its aliases with their places and whether they are strong."""
    for index, entity in enumerate(work.entities):
        if entity.ref.startswith("set:"):
            continue
        path = work.entity_paths[index]
        value = work.document.entities
        spec = value[path[1]] if value is not None else None  # type: ignore[index]
        if isinstance(spec, str):
            yield index, entity.ref, [(path, spec, True)]
        elif isinstance(spec, language.Entity):
            found = [((*path, "name"), spec.name, True)]
            found += [((*path, "aliases", place), text, True) for place, text in enumerate(spec.aliases or ())]
            found += [((*path, "weak", place), text, False) for place, text in enumerate(spec.weak or ())]
            yield index, entity.ref, found


def _aliases(work: Compiling) -> None:
    for index, ref, aliases in _alias_places(work):
        entity = work.entities[index]
        seen: dict[Tokens, str] = {}
        for path, text, strong in aliases:
            for surface in entities.surfaces(text)[:1]:
                key = (*surface.tokens, surface.check.name, surface.written if surface.check is Check.CASE else "")
                if key in seen:
                    work.warn(path, f"{text!r} finds the same as {seen[key]!r} (in {ref}).", "Delete one.")
                seen.setdefault(key, text)
                if strong and _common(surface) and not _completed_away(entity, surface):
                    name = surface.written[:1].upper() + surface.written[1:]
                    work.warn(path, f"{text!r} is a common word; as an alias it is found in any case.",
                              f"Write '={name}', which keeps the case, or move it to `weak:`.")  # fmt: skip


def _common(surface: Surface) -> bool:
    return len(surface.tokens) == 1 and surface.check is Check.NONE and surface.tokens[0] in common_words()


def _completed_away(entity: Entity, surface: Surface) -> bool:
    """Whether the gazetteer made the name ask for its case."""
    return all(one.check is not Check.NONE for one in entity.strong if one.tokens == surface.tokens)


def _shared_aliases(work: Compiling) -> None:
    owners: defaultdict[Tokens, list[tuple[int, str, Path, str, bool]]] = defaultdict(list)
    for index, ref, aliases in _alias_places(work):
        for path, text, strong in aliases:
            tokens = entities.surfaces(text)[0].tokens
            if all(owner[0] != index for owner in owners[tokens]):
                owners[tokens].append((index, ref, path, text, strong))
    for several in owners.values():
        if len(several) < 2:
            continue
        _, ref, path, text, strong = several[-1]
        others = ", ".join(owner[1] for owner in several[:-1])
        if strong or several[0][4]:
            work.warn(
                path,
                f"{text!r} is an alias of {others} and of {ref}: it counts for each.",
                "Keep it where it is meant.",
            )
        else:
            work.warn(path, f"the weak alias {text!r} belongs to {others} and to {ref}: where both are present it counts for neither.",
                      "Add a longer alias to each.")  # fmt: skip


def _completed_twice(work: Compiling) -> None:
    """Two names for one thing, of which the gazetteer made one: *North Korea* and *DPRK*."""
    brought: dict[Tokens, int] = {}
    for index, entity in enumerate(work.entities):
        if not entity.ref.startswith("set:"):
            for surface in entity.strong:
                brought.setdefault(surface.tokens, index)
    typed = {
        (index, entities.surfaces(text)[0].tokens)
        for index, _, aliases in _alias_places(work)
        for _, text, _ in aliases
    }
    for index, ref, aliases in _alias_places(work):
        path, name, _ = aliases[0]
        tokens = entities.surfaces(name)[0].tokens
        owner = brought.get(tokens, index)
        if owner != index and (owner, tokens) not in typed:
            work.warn(
                path,
                f"{name!r} is what {work.entities[owner].ref} is called too: {ref} counts beside it.",
                "Delete one.",
            )


def _both(work: Compiling) -> None:
    names = {tuple(folding.tokens(text)): text for _, _, aliases in _alias_places(work) for _, text, _ in aliases}
    names |= {tuple(folding.tokens(ref)): ref for _, ref, _ in _alias_places(work)}
    for path, name, _ in _phrase_places(work):
        key = tuple(folding.tokens(name.removeprefix("concept:")))
        if key in names and not name.startswith("concept:"):
            work.warn(path, f"{name!r} is the name of an entity and of a keyword.", "Rename one.")


def _unused(work: Compiling, rules: list[model.Rule]) -> None:
    """Entities and keywords of the full form that no rule asks for."""
    if work.document.rules is None:
        return
    used_entities: set[int] = set()
    used_keywords: set[int] = set()
    for rule in rules:
        _used(rule.condition, used_entities, used_keywords)
    for index, entity in enumerate(work.entities):
        if index not in used_entities and not entity.ref.startswith("set:"):
            work.warn(
                work.entity_paths[index],
                f"no rule asks for the entity {entity.ref!r}.",
                "Name it in a rule, or delete it.",
            )
    for index, keyword in enumerate(work.keywords):
        if index not in used_keywords:
            work.warn(
                work.keyword_paths[index],
                f"no rule asks for the keyword {keyword.ref!r}.",
                "Name it in a rule, or delete it.",
            )


def _used(condition: model.Condition, used_entities: set[int], used_keywords: set[int]) -> None:
    match condition:
        case model.Mentions(entities=members):
            used_entities |= members
        case model.Says(keywords=members):
            used_keywords |= members
        case model.AllOf(parts=parts) | model.AnyOf(parts=parts):
            for part in parts:
                _used(part, used_entities, used_keywords)
        case model.Not(part=part):
            _used(part, used_entities, used_keywords)
        case _:
            pass
