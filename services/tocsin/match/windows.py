"""Where all words of a phrase stand near each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Place = tuple[int, int]  # an occurrence of a word: first token, and the one after its last
_MAX_STEPS = 500  # towards one window; only phrases with a word twice have a choice at all


class Window(NamedTuple):
    """One occurrence of each word of a phrase. ``between`` counts the other tokens inside."""

    between: int
    first: int
    last: int
    places: tuple[Place, ...]


def windows(words: Sequence[Sequence[Place]], *, between: int, shared: bool) -> list[Window]:
    """The minimal windows of one sentence that hold a phrase, none overlapping another, in text order.

    Of overlapping ones the tighter wins, then the longer, then the earlier.

    Args:
        words: for each word of the phrase its occurrences in the sentence, ascending.
        between: how many other tokens may stand between the first and the last of the window.
        shared: one token could pass for two of the words, which it must not.
    """
    found = [window for window in _minimal(words, shared=shared) if window.between <= between]
    found.sort(key=lambda window: (window.between, window.first - window.last, window.first))
    chosen: list[Window] = []
    taken: set[int] = set()
    for window in found:
        tokens = range(window.first, window.last)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            chosen.append(window)
    return sorted(chosen, key=lambda window: window.first)


def adjacent(words: Sequence[Sequence[Place]]) -> list[Window]:
    """Where the words follow each other without a gap, in text order."""
    following: list[dict[int, list[Place]]] = []
    for word in words[1:]:
        by_first: dict[int, list[Place]] = {}
        for place in word:
            by_first.setdefault(place[0], []).append(place)
        following.append(by_first)
    found = []
    for start in words[0]:
        chains: dict[int, tuple[Place, ...]] = {
            start[1]: (start,)
        }  # by where they end; an alternative may be longer than another that begins there
        for by_first in following:
            chains = {place[1]: (*chain, place) for end, chain in chains.items() for place in by_first.get(end, ())}
            if not chains:
                break
        else:
            end = max(chains)
            found.append(Window(0, start[0], end, chains[end]))
    return found


def _minimal(words: Sequence[Sequence[Place]], *, shared: bool) -> Iterator[Window]:
    """For each occurrence, the smallest window that ends with it."""
    if len(words) == 1:
        yield from (Window(0, first, last, ((first, last),)) for first, last in words[0])
        return
    merged = sorted((place, slot) for slot, places in enumerate(words) for place in places)
    latest: list[list[Place]] = [[] for _ in words]
    depth = len(words) if shared else 1
    again = {slot for slot in range(1, len(words)) if words[slot] in words[:slot]} if shared else set()
    for place, slot in merged:
        latest[slot].append(place)
        del latest[slot][:-depth]
        others = latest[:slot] + latest[slot + 1 :]
        if all(others) and slot not in again:  # the same word twice: what one of them ends, the other does
            places = _apart(place, others) if shared else [place, *(seen[-1] for seen in others)]
            if places is not None:
                yield _window(places)


def _apart(place: Place, others: Sequence[Sequence[Place]]) -> list[Place] | None:
    """A place of each other word such that no two overlap, nor any with ``place``: of all choices the latest."""
    best: list[Place] | None = None
    for chosen in _choices([(place,), *others]):
        if best is None or min(chosen) > min(best):
            best = chosen
            if _window(list(chosen)).between == 0:
                break  # nothing is tighter
    return best


def _choices(words: Sequence[Sequence[Place]]) -> Iterator[list[Place]]:
    """Each way to take one place of each word without overlap, later places first, as far as a bounded search comes."""
    open_choices: list[list[Place]] = [[]]
    for _ in range(_MAX_STEPS):
        if not open_choices:
            return
        chosen = open_choices.pop()
        if len(chosen) == len(words):
            yield chosen
            continue
        open_choices += [
            [*chosen, place]
            for place in words[len(chosen)]
            if all(place[1] <= other[0] or other[1] <= place[0] for other in chosen)
        ]


def _window(places: list[Place]) -> Window:
    places.sort()
    first, last = places[0][0], max(end for _, end in places)
    return Window(last - first - sum(end - start for start, end in places), first, last, tuple(places))
