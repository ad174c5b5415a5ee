"""Which faults are waited out."""

from __future__ import annotations

import pytest
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tocsin.errors import NotReady
from tocsin.runtime.patience import Backoff, lost_group, passes


@pytest.mark.parametrize(
    "error",
    [
        RedisConnectionError("refused"),
        RedisTimeoutError("slow"),
        BusyLoadingError("LOADING"),
        OutOfMemoryError("command not allowed"),
        ReadOnlyError("You can't write against a read only replica."),
        ResponseError("MISCONF Errors writing to the AOF file"),
        ResponseError("CLUSTERDOWN The cluster is down"),
        ResponseError("Error running script (call to f_1): @user_script:9: OOM command not allowed"),
        ConnectionResetError("reset"),
        NotReady("no lists"),
    ],
)
def test_the_servers_faults_pass(error) -> None:
    """They go away without us."""
    assert passes(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("OOM"),
        ResponseError("WRONGTYPE Operation against a key"),
        ResponseError("unknown command"),
    ],
)
def test_our_faults_do_not(error) -> None:
    """Waiting would not help."""
    assert not passes(error)


def test_a_lost_group_is_told_from_other_errors() -> None:
    """In a plain answer and in one from a script."""
    assert lost_group(ResponseError("NOGROUP No such key 'articles' or consumer group 'tocsin'"))
    assert lost_group(ResponseError("Error running script: NOGROUP No such key"))
    assert not lost_group(ResponseError("WRONGTYPE"))
    assert not lost_group(ValueError("NOGROUP"))


def test_waits_double_up_to_two_seconds() -> None:
    """And begin anew after a success."""
    backoff = Backoff()
    assert [backoff.next() for _ in range(8)] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    backoff.reset()
    assert backoff.next() == 0.05
