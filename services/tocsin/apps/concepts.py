"""`tocsin concepts list | show | test`: what the library knows of each kind of event, and whether it finds it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from tocsin.apps.concept_trial import Source, Trial, placed_in, sources, trials
from tocsin.apps.watchlists import report
from tocsin.concepts import library
from tocsin.concepts.library import STRENGTH, Concept, Library
from tocsin.errors import Problem, Refused

_SAID = {
    "heads": "names it (a keyword that is one of these brings all the rest)",
    "phrases": "says it in other words",
    "weak": "often means it",
    "cues": "says that it happens",
    "other_senses": "is something else: what stands in it does not count",
}


def list_all(folders: Sequence[Path], *, form: str, out: Console, err: Console) -> int:
    """Print every concept, one a line; return 1 where a file is wrong."""
    concepts, places, wrong = _read(folders, form, err)
    rows = [_row(concept, places) for _, concept in sorted(concepts.concepts.items())]
    if form == "json":
        _print_json(rows)
        return wrong
    table = Table("name", "title", "code", "phrases", "folder", box=None)
    for row in rows:
        table.add_row(row["name"], row["title"], _code(row["code"]), str(row["phrases"]), row["folder"])
    out.print(table, markup=False)
    return wrong


def show(name: str, folders: Sequence[Path], *, form: str, out: Console, err: Console) -> int:
    """Print all that a concept says; return 1 where a file is wrong.

    Raises:
        Refused: there is no concept of that name.
    """
    concepts, places, wrong = _read(folders, form, err)
    concept = _concept(concepts, name)
    if form == "json":
        shared = _shared(concepts, concept)
        _print_json(
            {**concept.model_dump(mode="json"), "file": str(places[concept.concept].path), "shared_heads": shared}
        )
    else:
        _tell(concept, concepts, places[concept.concept], out)
    return wrong


def test(paths: Sequence[Path], folders: Sequence[Path], *, names: Sequence[str], out: Console, err: Console) -> int:
    """Run the labelled sentences of the concepts in these files and folders; without any, of all concepts.

    Returns:
        0, or 1 where a sentence fails or a file is wrong.

    Raises:
        Refused: there is no concept of one of the names.
    """
    concepts, problems = library.load(folders)
    places = sources(folder for folder in folders if folder.is_dir())
    wanted = sorted(concepts.concepts)
    if paths:
        concepts, places, more = _only(paths)
        problems += more
        wanted = list(concepts.concepts)
    chosen = [_concept(concepts, name).concept for name in names] or wanted
    ran = trials(concepts, chosen, places)
    out.print(_table(ran), markup=False)
    failures = [failure for trial in ran for failure in trial.failures]
    report([*problems, *failures], out)
    sentences = sum(trial.found[1] + trial.not_found[1] for trial in ran)
    err.print(f"{len(ran)} concepts, {sentences} sentences: {len(failures)} wrong.", markup=False)
    return 1 if failures or _refused(problems) else 0


def _only(paths: Sequence[Path]) -> tuple[Library, dict[str, Source], list[Problem]]:
    """The concepts of these files and folders, and no others."""
    made: dict[str, Concept] = {}
    places: dict[str, Source] = {}
    problems: list[Problem] = []
    for path in paths:
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            found, wrong = library.read_file(file)
            problems += wrong
            made.update({concept.concept: concept for concept in found})
            places |= placed_in(file)
    if not made and not problems:
        raise Refused(f"there is no concept in {', '.join(map(str, paths))}: a concept is a file that ends with .yaml.")
    return Library(made, {}), places, problems


def _read(folders: Sequence[Path], form: str, err: Console) -> tuple[Library, dict[str, Source], int]:
    if form not in {"table", "json"}:
        raise Refused(f"--format is table or json, not {form}.")
    concepts, problems = library.load(folders)
    report(problems, err)
    return concepts, sources(folder for folder in folders if folder.is_dir()), int(_refused(problems))


def _refused(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _concept(concepts: Library, name: str) -> Concept:
    bare = name.removeprefix("concept:")
    if bare in concepts.concepts:
        return concepts.concepts[bare]
    meant = concepts.meaning(bare)
    near = " or ".join(meant) or concepts.like(bare)
    raise Refused(
        f"there is no concept {bare}." + (f" Did you mean {near}?" if near else " `tocsin concepts list` names all.")
    )


def _row(concept: Concept, places: dict[str, Source]) -> dict[str, Any]:
    return {
        "name": concept.concept,
        "title": concept.title,
        "code": concept.code.model_dump(mode="json"),
        "phrases": sum(len(getattr(concept, part)) for part in STRENGTH),
        "folder": "shipped"
        if places[concept.concept].path.parent == library.SHIPPED
        else str(places[concept.concept].path.parent),
    }


def _code(code: dict[str, Any]) -> str:
    return " ".join(filter(None, (code["plover"], ", ".join(code["cameo"]))))


def _shared(concepts: Library, concept: Concept) -> dict[str, list[str]]:
    """Heads that name other concepts, too: a keyword that is one of them expands to none."""
    named = {head: [one for one in concepts.meaning(head) if one != concept.concept] for head in concept.heads}
    return {head: others for head, others in named.items() if others}


def _tell(concept: Concept, concepts: Library, source: Source, out: Console) -> None:
    def line(text: str) -> None:
        out.print(text, markup=False, highlight=False)

    line(f"concept:{concept.concept}  {concept.title}")
    line(concept.description)
    line(f"code: {_code(concept.code.model_dump(mode='json')) or 'none'}    file: {source.path}")
    for part, said in _SAID.items():
        if written := getattr(concept, part):
            worth = f", {STRENGTH[part]:g}" if part in STRENGTH else ""
            line(f"\n{part.replace('_', ' ')}: {said}{worth}")
            for text in written:
                line(f"  {text}")
    if concept.arguments:
        line("\narguments: who takes part")
        for role, argument in concept.arguments.items():
            line(f"  {role}: {', '.join(argument.types)}{f' ({argument.hint})' if argument.hint else ''}")
    if concept.tolerates:
        line(f"\ntolerates: {', '.join(concept.tolerates)} (is what it is about, and no reason against it)")
    line(f"\nwords between those of a phrase: at most {concept.between}")
    for head, others in _shared(concepts, concept).items():
        line(
            f"shared: {head} is a head of {', '.join(others)}, too: as a keyword it expands to none; write concept:NAME"
        )
    line(f"sentences: {len(concept.sentences.found)} found, {len(concept.sentences.not_found)} not found")


def _table(ran: Sequence[Trial]) -> Table:
    table = Table("concept", "found", "not found", "", box=None)
    for trial in ran:
        counts = [f"{right} of {every}" for right, every in (trial.found, trial.not_found)]
        table.add_row(trial.concept, *counts, f"{len(trial.failures)} wrong" if trial.failures else "")
    return table


def _print_json(document: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n")
