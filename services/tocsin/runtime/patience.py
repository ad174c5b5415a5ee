"""Which faults pass by themselves, and how long to wait for them.

A server that restarts, loads its file, is full, read-only or without a quorum is waited out: nothing is acknowledged
meanwhile, and no entry is blamed.
"""

from __future__ import annotations

from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tocsin.errors import Transient

FIRST_S = 0.05
CAP_S = 2.0
PASSING = (
    "OOM",
    "LOADING",
    "READONLY",
    "MISCONF",
    "CLUSTERDOWN",
    "MASTERDOWN",
    "NOREPLICAS",
    "TRYAGAIN",
    "BUSY ",
    "UNBLOCKED",
    "NOPERM",  # these two are an operator's to mend, and no article's fault
    "NOAUTH",
)


PASSING_CLASSES = (OutOfMemoryError, ReadOnlyError, ClusterDownError, TryAgainError, MasterDownError)


class Backoff:
    """Doubling waits: 50 ms, 100 ms … 2 s at most; back to the first after a success."""

    def __init__(self, *, first: float = FIRST_S, cap: float = CAP_S) -> None:
        self._first = first
        self._cap = cap
        self._next = first

    def next(self) -> float:
        """Return the seconds to wait now."""
        wait, self._next = self._next, min(self._next * 2, self._cap)
        return wait

    def reset(self) -> None:
        """Something worked."""
        self._next = self._first


def passes(error: BaseException) -> bool:
    """Whether the fault is the server's or the network's and goes away without us."""
    if isinstance(error, (Transient, RedisConnectionError, RedisTimeoutError, OSError)):
        return True
    if isinstance(error, ResponseError):
        # Redis 6.2 wraps the code of an error met inside a script into a sentence; the class tells it for some only.
        return isinstance(error, PASSING_CLASSES) or any(code in str(error) for code in PASSING)
    return False


def is_redis(error: BaseException) -> bool:
    """Whether the error came from the server or on the way to it."""
    return isinstance(error, (RedisError, OSError))


def lost_group(error: BaseException) -> bool:
    """Whether the server says that the group, or the stream with it, is not there."""
    return isinstance(error, ResponseError) and "NOGROUP" in str(error)
