"""What is unwise in the names of entities: common words, one name for two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from tocsin.concepts.placed import Path
from tocsin.model.roster import STRONG, Part, Strings
from tocsin.model.rule import Check, Entity, Surface
from tocsin.watchlists import entities, language
from tocsin.watchlists.drafting import SET, Compiling
from tocsin.watchlists.lexicon import common_words

Tokens = tuple[str, ...]
_TOLD = 5  # aliases that a group shares with the list, one by one


def check(work: Compiling) -> None:
    """Add what is found to the document's problems."""
    _aliases(work)
    _shared_aliases(work)
    _shared_with_groups(work)
    _completed_twice(work)


def alias_places(work: Compiling) -> Iterator[tuple[int, str, list[tuple[Path, str, bool]]]]:
    """Each entity as written: its index, its name, and its aliases with their places and whether they are strong."""
    for index, entity in enumerate(work.entities):
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
    for index, ref, aliases in alias_places(work):
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
    for index, ref, aliases in alias_places(work):
        for path, text, strong in aliases:
            tokens = entities.surfaces(text)[0].tokens
            if all(owner[0] != index for owner in owners[tokens]):
                owners[tokens].append((index, ref, path, text, strong))
    for several in owners.values():
        if len(several) < 2:
            continue
        _, ref, path, text, strong = several[-1]
        others = ", ".join(owner[1] for owner in several[:-1])
        _shared(work, path, text, others, ref, counts=strong or several[0][4])


def _shared(work: Compiling, path: Path, text: str, one: str, other: str, *, counts: bool) -> None:
    """Warn of an alias of two entities; ``counts``: it is a strong one of either."""
    if counts:
        work.warn(
            path, f"{text!r} is an alias of {one} and of {other}: it counts for each.", "Keep it where it is meant."
        )
    else:
        work.warn(path, f"the weak alias {text!r} belongs to {one} and to {other}: where both are present it counts for neither.",
                  "Add a longer alias to each, or keep one of the two.")  # fmt: skip


def _completed_twice(work: Compiling) -> None:
    """Two names for one thing, of which the gazetteer made one: *North Korea* and *DPRK*."""
    brought: dict[Tokens, int] = {}
    for index, entity in enumerate(work.entities):
        for surface in entity.strong:
            brought.setdefault(surface.tokens, index)
    typed = {
        (index, entities.surfaces(text)[0].tokens) for index, _, aliases in alias_places(work) for _, text, _ in aliases
    }
    for index, ref, aliases in alias_places(work):
        path, name, _ = aliases[0]
        tokens = entities.surfaces(name)[0].tokens
        owner = brought.get(tokens, index)
        if owner != index and (owner, tokens) not in typed:
            work.warn(
                path,
                f"{name!r} is what {work.entities[owner].ref} is called too: {ref} counts beside it.",
                "Delete one.",
            )


def _shared_with_groups(work: Compiling) -> None:
    """Names of the list's own entities that members of a group have too; of a set, only those that lose by it."""
    own: dict[bytes, tuple[str, Path, str, bool]] = {}
    for _, ref, aliases in alias_places(work):
        for path, text, strong in aliases:
            own.setdefault(" ".join(entities.surfaces(text)[0].tokens).encode(), (ref, path, text, strong))
    for part in work.parts:
        flags = part.roster.flags
        found = [
            (folded, row, own[folded][3] or bool(flags[row] & STRONG))
            for folded, row in rows_of(part.roster.folded, own)
        ]
        if part.group.startswith(SET):
            found = [
                one
                for one in found
                if not one[2] and not _one_thing(work, own[one[0]][0], part, int(part.roster.owner[one[1]]))
            ]
        for folded, row, counts in found[:_TOLD]:
            ref, path, text, _ = own[folded]
            _shared(work, path, text, ref, part.roster.refs[int(part.roster.owner[row])], counts=counts)
        if len(found) > _TOLD:
            work.warn(("entities", part.group), f"{len(found) - _TOLD} more aliases of {part.group} are those of other entities.",
                      "Delete either, where both are not meant.")  # fmt: skip


def _one_thing(work: Compiling, ref: str, part: Part, member: int) -> bool:
    """Whether an entity of the list is a member of a set: they share a strong name."""
    strong = {surface.tokens for entity in work.entities if entity.ref == ref for surface in entity.strong}
    return any(surface.tokens in strong for surface in part.roster[member].strong)


def rows_of(column: Strings, texts: Iterable[bytes]) -> list[tuple[bytes, int]]:
    """Return which of some texts (UTF-8) stand in a column, and in which row; a pass over the texts of equal length."""
    lengths = column.lengths
    by_length: defaultdict[int, list[bytes]] = defaultdict(list)
    for text in texts:
        by_length[len(text)].append(text)
    found: list[tuple[bytes, int]] = []
    for length, wanted in by_length.items():
        rows = np.flatnonzero(lengths == length) if length else np.array([], dtype=np.intp)
        if not len(rows):
            continue
        starts = column.ends[rows].astype(np.int64) - length
        several = column.blob[starts[:, None] + np.arange(length)].copy().view(f"V{length}").ravel()
        for text in wanted:
            hits = rows[several == np.void(text)]
            found += [(text, int(row)) for row in hits[:1]]
    return found
