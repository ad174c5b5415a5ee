"""Make ``services/tocsin/word_vectors``: what words are about, as directions, learned from a sentence model.

usage: word_vectors.py MODEL TOKENIZER [--write services/tocsin] TEXTS.jsonl(.gz)…

MODEL is a sentence encoder as ONNX (all-MiniLM-L6-v2, Apache-2.0), TOKENIZER its ``tokenizer.json``; TEXTS are news, of
which nothing but these numbers is kept. Each word begins as the model's own vector of it; then all are moved so that
the sum of a sentence's words points where the model's vector of the sentence does (ridge regression, conjugate
gradients). Printed is the mean cosine on sentences that were held back. Needs ``onnxruntime tokenizers scipy``.
"""
# ruff: noqa: INP001, T201 - a command, which prints; it is run from its own folder

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.concepts import library
from tocsin.concepts.words import _lemminflect, inflections
from tocsin.frequency import word_rarity

Floats = npt.NDArray[np.float32]
WORD = re.compile(r"[a-z]+")
FLOOR = 1.2  # of `word_rarity`: words more common than that say nothing
DIMENSIONS = 128
SENTENCES = 9_000  # of each file, at most
SEEN = 8  # times that a word must stand in the texts to be added for it
RIDGE = 3.0  # of what a word is moved by: rare words stay where the model puts them
STEPS = 40
HELD_BACK = 0.05


class Model:
    """A sentence encoder: mean of its last layer, unit length."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - needed by this command only
        from tokenizers import Tokenizer  # noqa: PLC0415

        self.tokens = Tokenizer.from_file(str(tokenizer))
        self.tokens.enable_truncation(128)
        self.tokens.enable_padding()
        self.session = onnxruntime.InferenceSession(str(model))

    def encode(self, texts: Sequence[str], *, together: int = 32) -> Floats:
        """Return the mean vectors of texts, not yet of unit length."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: dict[int, Floats] = {}
        for start in range(0, len(order), together):
            places = order[start : start + together]
            encoded = self.tokens.encode_batch([texts[place] for place in places])
            ids = np.array([one.ids for one in encoded], dtype=np.int64)
            mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self.session.run(None, inputs)[0]
            means = (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
            found.update(zip(places, means, strict=True))
        return np.array([found[place] for place in range(len(texts))], dtype=np.float32)


def sentences_of(path: Path) -> Iterator[str]:
    """Yield the sentences of a file of articles, in lower case."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for value in json.loads(line).values():
                text = "\n\n".join(map(str, value)) if isinstance(value, list) else value
                if not isinstance(text, str):
                    continue
                for sentence in re.split(r"(?<=[.!?])\s+|\n\s*\n", text):
                    if 30 < len(one := " ".join(sentence.split()).lower()) < 300:
                        yield one


def vocabulary(model: Model, sentences: Iterable[str]) -> list[str]:
    """Return the words to learn: of the model, of the library, of the texts; what is only a name is left out."""
    seen = Counter(word for sentence in sentences for word in WORD.findall(sentence))
    chosen = {word for word in model.tokens.get_vocab() if WORD.fullmatch(word) and len(word) > 1}
    chosen |= {word for word, count in seen.items() if count >= SEEN}
    for concept in library.shipped().concepts.values():
        for part in ("heads", "phrases", "weak", "cues"):
            chosen.update(word for text in getattr(concept, part) for word in WORD.findall(text.lower()))
    chosen |= {form for word in chosen if len(word) > 3 for form in inflections(word)}
    lemmas: Any = _lemminflect().getAllLemmas
    return sorted(
        word for word in chosen if WORD.fullmatch(word) and {"NOUN", "VERB", "ADJ", "ADV"} & set(lemmas(word))
    )


def learn(start: Floats, words: list[str], sentences: list[str], targets: Floats) -> Floats:
    """Return the words' vectors, moved so that their sums point where the sentences' vectors do."""
    from scipy.sparse import csr_matrix, diags  # noqa: PLC0415 - needed by this command only

    number = {word: place for place, word in enumerate(words)}
    cells = [(row, number[w]) for row, text in enumerate(sentences) for w in WORD.findall(text) if w in number]
    rows, columns = np.array(cells).T
    shape = (len(sentences), len(words))
    counts = csr_matrix((np.ones(len(cells), np.float32), (rows, columns)), shape=shape)
    counts = diags(1 / np.sqrt(np.asarray(counts.sum(1)).ravel().clip(1))) @ counts
    back = np.random.default_rng(0).random(len(sentences)) < HELD_BACK
    a, wanted = counts[~back], (targets - targets.mean(0))[~back]
    guess = a @ start
    start = start * (guess * wanted).sum() / (guess**2).sum()
    print(f"cosine before {_cosine(counts[back] @ start, (targets - targets.mean(0))[back]):.3f}")
    moved = np.zeros_like(start)
    rest = a.T @ (wanted - a @ start)
    step, size = rest.copy(), (rest * rest).sum(0)
    for _ in range(STEPS):
        along = a.T @ (a @ step) + RIDGE * step
        far = size / (step * along).sum(0).clip(1e-12)
        moved, rest = moved + far * step, rest - far * along
        after = (rest * rest).sum(0)
        step, size = rest + after / size.clip(1e-12) * step, after
    learned = start + moved
    print(f"cosine after {_cosine(counts[back] @ learned, (targets - targets.mean(0))[back]):.3f}")
    return np.asarray(learned, dtype=np.float32)


def _cosine(one: Floats, other: Floats) -> float:
    length = np.linalg.norm(one, axis=1).clip(1e-9) * np.linalg.norm(other, axis=1).clip(1e-9)
    return float(((one * other).sum(1) / length).mean())


def main() -> None:
    """Learn and, if asked, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    model, chosen = Model(args.model, args.tokenizer), random.Random(3)  # noqa: S311 - a sample, not a secret
    sentences: list[str] = []
    for path in args.texts:
        mine = sorted(set(sentences_of(path)))
        sentences += chosen.sample(mine, min(SENTENCES, len(mine)))
    words = vocabulary(model, sentences)
    for concept in library.shipped().concepts.values():
        sentences += [text.lower() for text in (*concept.sentences.found, *concept.sentences.not_found)]
        sentences += [text.strip('"').lower() for text in (*concept.heads, *concept.phrases)]
    print(f"{len(sentences)} sentences, {len(words)} words")
    targets = model.encode(sentences)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    start = model.encode(words)
    start -= start.mean(0)
    start /= np.linalg.norm(start, axis=1, keepdims=True)
    start *= np.array([max(word_rarity(word) - FLOOR, 0.05) for word in words], dtype=np.float32)[:, None]
    learned = learn(start, words, sentences, targets)
    turned = learned @ np.linalg.svd(learned, full_matrices=False)[2][:DIMENSIONS].T
    unit = np.quantile(np.abs(turned), 0.9995) / 127
    whole = np.clip(np.round(turned / unit), -127, 127).astype(np.int8)
    print(f"{whole.nbytes / 1e6:.1f} MB")
    if args.write:
        (args.write / "word_vectors.txt").write_text("\n".join(words) + "\n", encoding="ascii")
        (args.write / "word_vectors.i8").write_bytes(whole.tobytes())


if __name__ == "__main__":
    main()
