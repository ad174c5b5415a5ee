"""The file from which an interrupted back-test goes on: where it was, what its channels knew, what it had written.

Written anew every few seconds and put in the place of the old one at once, so that there is always a whole one. It is
read by the very code that wrote it only: any other version, set of watchlists or input is refused.
"""

from __future__ import annotations

import io
import os
import pickle
import platform
from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

import tocsin
from tocsin.apps.backtest_input import Place
from tocsin.errors import Refused

_MAGIC = b"tocsin backtest 1\n"
_DIGEST = 32  # bytes
_HEAD = 2**20  # bytes at the beginning of the articles that are compared
_PLAIN = frozenset(
    [
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("msgspec._utils", "rebuild"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.numeric", "_frombuffer"),
    ]
)


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A back-test between two chunks.

    Attributes:
        identity: what must be the same for it to go on, by what it is called in a message.
        place: how far the articles were read.
        written: bytes of the output that belong to it.
        memory: everything else that must not be forgotten, pickled.
    """

    identity: dict[str, str]
    place: Place = Place()
    written: int = 0
    memory: bytes = b""


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write it; a crash at any moment leaves the old file or the new one.

    Raises:
        Refused: it cannot be written there.
    """
    raw = msgspec.msgpack.encode(checkpoint)
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(_MAGIC + _digest(raw) + raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise Refused(f"--resume {path}: cannot be written: {error.strerror}.") from error


def load(path: Path, identity: Mapping[str, str]) -> Checkpoint | None:
    """Read it; None where there is none yet.

    Raises:
        Refused: it is damaged, or of another run.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"--resume {path}: cannot be read: {error.strerror}.") from error
    start = len(_MAGIC) + _DIGEST
    if raw[: len(_MAGIC)] != _MAGIC or _digest(raw[start:]) != raw[len(_MAGIC) : start]:
        raise Refused(
            f"--resume {path}: is no whole state of a back-test. Name another file, or delete it to begin anew."
        )
    try:
        found = msgspec.msgpack.decode(raw[start:], type=Checkpoint)
    except msgspec.DecodeError as error:
        raise Refused(f"--resume {path}: cannot be understood ({error}). Delete it to begin anew.") from error
    other = [name for name in {**identity, **found.identity} if identity.get(name) != found.identity.get(name)]
    if other:
        raise Refused(
            f"--resume {path}: belongs to another run; different now: {', '.join(other)}. "
            "Run it as it was begun, or delete the file to begin anew."
        )
    return found


def pack(memory: object) -> bytes:
    """Return a value of our own classes as bytes."""
    return pickle.dumps(memory, protocol=5)


def unpack(raw: bytes) -> Any:
    """Return what ``pack`` was given. Makes values of our own classes only, whatever the bytes ask for.

    Raises:
        Refused: they ask for anything else.
    """
    return _Unpickler(io.BytesIO(raw)).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("tocsin.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise Refused(f"the state of the back-test holds {module}.{name}, which does not belong there; delete it.")


def print_of_file(path: Path) -> str:
    """Return what tells a file of articles from another, or from itself before a change: size, time, beginning."""
    stat = path.stat()
    with path.open("rb") as file:
        head = blake2b(file.read(_HEAD), digest_size=16).hexdigest()
    return f"{stat.st_size} {stat.st_mtime_ns} {head}"


def print_of_code() -> str:
    """Return a hash of this package, and the versions of what else results may depend on."""
    root = Path(tocsin.__file__).parent
    state = blake2b(digest_size=16)
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            state.update(f"{file.relative_to(root)} {file.stat().st_size}\n".encode())
            state.update(file.read_bytes())
    others = [f"{name} {version(name)}" for name in ("numpy", "spacy", "msgspec", "lemminflect")]
    return " ".join([state.hexdigest(), platform.python_version(), *others])


def _digest(raw: bytes) -> bytes:
    return blake2b(raw, digest_size=_DIGEST).digest()


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
