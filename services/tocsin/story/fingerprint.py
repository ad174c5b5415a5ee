"""What is compared to find copies: hashes of every run of five words.

Copies of one article differ at the edges (another site's furniture, a cut, a paragraph more), so containment of the
smaller in the larger is measured, over all hashes: sampled sketches lose 1-8 points of B-cubed F1 on real copies.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

from tocsin.model.document import TITLE_BREAK, Document, Zone

RUN = 5  # words in a shingle
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, well-mixed multiplier (the golden ratio in 64 bits)

Hashes = npt.NDArray[np.uint32]


def fingerprint(document: Document) -> Hashes:
    """Return the sorted, distinct shingle hashes of the document, page furniture left out.

    A text of fewer than five words has one hash: that of the whole.
    """
    words = document.folded.text.strip(" ").split(" ")  # split() alone would take the break for white space
    if words == [""]:
        return shingle_hashes([])
    kept = [
        word
        for word, sentence in zip(words, document.sentence_of, strict=True)
        if word != TITLE_BREAK and (sentence < 0 or document.zones[sentence] is not Zone.FURNITURE)
    ]
    return shingle_hashes(kept)


def shingle_hashes(words: list[str]) -> Hashes:
    """Return sorted, distinct 32-bit hashes of every run of ``RUN`` words (fewer words: of all of them)."""
    if not words:
        return np.empty(0, dtype=np.uint32)
    hashes = np.array([crc32(word.encode("utf-8", "surrogatepass")) for word in words], dtype=np.uint64)
    run = min(RUN, len(words))
    mixed = np.zeros(len(hashes) - run + 1, dtype=np.uint64)
    for offset in range(run):
        mixed = (mixed + hashes[offset : offset + len(mixed)]) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


def pack(hashes: Hashes) -> bytes:
    """Return the hashes as they are stored: four bytes each, little endian."""
    return hashes.astype("<u4").tobytes()


def unpack(raw: bytes) -> Hashes:
    """Return what ``pack`` stored."""
    return np.frombuffer(raw, dtype="<u4").astype(np.uint32)
