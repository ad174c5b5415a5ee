"""Build the image, start the stack from nothing, and look at it from outside with Docker and redis-cli only.

Run by ``make test-container`` with whatever Docker engine there is; any Python 3.11 will do. Prints one line a check and
``N passed, M failed`` at the end; exits 1 where one failed. Everything it starts is removed again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from texts import Texts  # noqa: E402 - found beside us, not installed

PROJECT = f"tocsin-smoke-{os.getpid()}"
COMPOSE = ["docker", "compose", "-p", PROJECT, "-f", str(ROOT / "docker" / "compose.yaml")]
CHANNEL = "korea-desk"
LOAD = 400  # articles sent while a scorer is stopped
RESULTS: list[bool] = []


def run(*command: str, check: bool = True, feed: str | None = None, timeout: float = 900) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(command, input=feed, capture_output=True, text=True, timeout=timeout, check=False)
    if check and done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return done.stdout.strip()


def compose(*arguments: str, check: bool = True) -> str:
    """Run a compose command on our stack."""
    return run(*COMPOSE, *arguments, check=check)


def redis(*arguments: str, feed: str | None = None) -> str:
    """Run redis-cli inside the redis container."""
    return run("docker", "exec", "-i", container("redis"), "redis-cli", *arguments, feed=feed)


def container(service: str, number: int = 1) -> str:
    """Return the name of a container of ours."""
    return f"{PROJECT}-{service}-{number}"


def inspect(name: str, template: str) -> str:
    """Return one fact about a container."""
    return run("docker", "inspect", "--format", template, name, check=False)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Ask until it holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.25)
    return False


def check(what: str, holds: bool, detail: object = "") -> None:
    """Count one check and say how it went."""
    RESULTS.append(bool(holds))
    print(f"{'ok  ' if holds else 'FAIL'} {what}{f': {detail}' if detail != '' else ''}", flush=True)


def healthy(name: str) -> bool:
    """Whether Docker calls the container healthy."""
    return inspect(name, "{{.State.Health.Status}}") == "healthy"


def alerts() -> list[dict[str, Any]]:
    """Return the channel's whole log."""
    lines = redis("--raw", "XRANGE", f"alerts:{{{CHANNEL}}}", "-", "+").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def drained() -> bool:
    """Whether every entry was read and acknowledged."""
    groups = redis("--json", "XINFO", "GROUPS", "articles")
    state = json.loads(groups)[0] if groups.startswith("[") else {}
    if isinstance(state, list):
        state = dict(zip(state[::2], state[1::2], strict=True))
    return bool(state) and state.get("pending") == 0 and state.get("lag") == 0


@contextmanager
def subscribed() -> Iterator[Callable[[float], list[str]]]:
    """Subscribe with redis-cli inside the container; yields a function that returns what arrived so far."""
    received = Path(f"/tmp/{PROJECT}.subscriber")
    with received.open("wb") as sink:
        reader = subprocess.Popen(
            ["docker", "exec", "-i", container("redis"), "redis-cli", "--raw", "SUBSCRIBE", f"alerts:{CHANNEL}"],
            stdout=sink,
            stdin=subprocess.DEVNULL,
        )

        def messages(seconds: float) -> list[str]:
            def documents() -> list[str]:
                return [line for line in received.read_text().splitlines() if line.startswith("{")]

            until(lambda: bool(documents()), seconds)
            return documents()

        try:
            until(lambda: "subscribe" in received.read_text(), 20)
            yield messages
        finally:
            reader.terminate()
            reader.wait(10)
            received.unlink()


def entry(article: dict[str, str], identity: str) -> list[str]:
    """Return an XADD command's arguments."""
    fields = {"id": identity, "source": "smoke", **article}
    return ["XADD", "articles", "*", *(part for pair in fields.items() for part in pair)]


def quoted(arguments: list[str]) -> str:
    """Return the command as redis-cli reads it from standard input."""
    return " ".join(json.dumps(part, ensure_ascii=False) for part in arguments)


def starts() -> None:
    """The image builds and the stack comes up from nothing."""
    compose("build")
    check(
        "the image builds", bool(run("docker", "image", "inspect", f"tocsin:{os.environ.get('TOCSIN_TAG', 'local')}"))
    )
    compose("up", "--detach", "--no-build")
    ready = until(lambda: all(healthy(container("score", n)) for n in (1, 2)), 120)
    check("two scorers are healthy", ready)
    check("the one-shot applied the sample lists and ended", inspect(container("apply"), "{{.State.ExitCode}}") == "0")
    check("redis keeps an append-only file", "appendonly\nyes" in redis("--raw", "CONFIG", "GET", "appendonly"))
    check("redis forgets nothing", "noeviction" in redis("--raw", "CONFIG", "GET", "maxmemory-policy"))


def is_confined() -> None:
    """The scorer has no rights that it does not need."""
    name = container("score")
    check("it is not root", run("docker", "exec", name, "id", "-u") == "10001")
    failed = subprocess.run(["docker", "exec", name, "touch", "/app/mark"], capture_output=True, check=False)
    check("its root file system is read-only", failed.returncode != 0)
    capabilities = run("docker", "exec", name, "grep", "CapEff", "/proc/1/status").split()[1]
    check("it holds no capability", int(capabilities, 16) == 0, capabilities)
    check("nothing is published", inspect(container("redis"), "{{.HostConfig.PortBindings}}") == "map[]")


def tells(texts: Texts, identity: str) -> None:
    """An article sent by redis-cli reaches a subscriber, and the log."""
    article = texts.incursion()
    with subscribed() as messages:
        redis(*entry(article, identity))
        heard = [json.loads(message) for message in messages(20)]
    check("a subscriber hears of it", [one["article"]["id"] for one in heard] == [identity])
    logged = [one for one in alerts() if one["article"]["id"] == identity]
    check("the log has it, the same document", len(heard) == 1 and logged == heard)
    if heard:
        spans = [(one, article[one["field"]][one["start"] : one["end"]]) for one in heard[0]["evidence"]]
        check("its evidence is the article's text", bool(spans) and all(one["text"] == text for one, text in spans))


def survives_a_stop(texts: Texts) -> None:
    """``docker stop`` of one scorer under load loses nothing and doubles nothing."""
    expected = {f"load-{number}" for number in range(LOAD)}
    commands = [quoted(entry(texts.incursion(400), f"load-{number}")) for number in range(LOAD)]
    feeder = subprocess.Popen(
        ["docker", "exec", "-i", container("redis"), "redis-cli"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert feeder.stdin is not None
    stopper = None
    for number, command in enumerate(commands):
        feeder.stdin.write(command + "\n")
        feeder.stdin.flush()
        if number == LOAD // 4:
            stopper = subprocess.Popen(["docker", "stop", container("score", 2)], stdout=subprocess.DEVNULL)
        time.sleep(0.005)  # the pace of the load: about 200 a second
    feeder.stdin.close()
    feeder.wait(60)
    assert stopper is not None
    stopper.wait(60)
    code = inspect(container("score", 2), "{{.State.ExitCode}}")
    check("the stopped scorer ended in order", code in {"0", "143"}, f"exit {code}")
    check("every entry was acknowledged", until(drained, 60))
    counts = Counter(one["article"]["id"] for one in alerts() if one["article"]["id"] in expected)
    lost, doubled = len(expected - counts.keys()), sum(count > 1 for count in counts.values())
    check(f"of {LOAD} articles", lost == 0 and doubled == 0, f"{lost} lost, {doubled} doubled")
    check("nothing became a dead letter", redis("XLEN", "articles:dead") == "0")


def survives_redis(texts: Texts) -> None:
    """Redis is killed and comes back: the scorers wait for it, and what was told is still there."""
    before = len(alerts())
    run("docker", "kill", "--signal", "KILL", container("redis"))
    run("docker", "start", container("redis"))
    check("redis is healthy again", until(lambda: healthy(container("redis")), 60))
    check("the log is complete", len(alerts()) == before, f"{len(alerts())} of {before}")
    run("docker", "start", container("score", 2))
    check("both scorers are healthy", until(lambda: all(healthy(container("score", n)) for n in (1, 2)), 90))
    restarts = inspect(container("score"), "{{.RestartCount}}")
    check("the other scorer was never restarted", restarts == "0", restarts)
    tells(texts, "after-redis")


def main() -> int:
    """Run everything; return the exit status."""
    texts = Texts(seed=11)
    try:
        starts()
        is_confined()
        tells(texts, "first")
        survives_a_stop(texts)
        survives_redis(texts)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a failed check, and the stack must go
        check("the run was not interrupted", holds=False, detail=error)
    finally:
        if not all(RESULTS):
            print(compose("logs", "--tail", "60", check=False), file=sys.stderr)
        compose("down", "--volumes", "--timeout", "20", check=False)
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    return 0 if all(RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
