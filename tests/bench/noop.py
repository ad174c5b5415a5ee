"""A consumer that reads, decodes, acknowledges, and does nothing else: what the stream itself costs.

The acknowledgements of a batch travel with the next read, in one round trip. With ``--publish`` each entry whose id begins
with ``--mark`` is logged and published as an alert would be: the least that any consumer can take.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal

import redis.asyncio
from redis.exceptions import ResponseError

from tocsin.events import Limits, decode_article


async def consume(arguments: argparse.Namespace) -> None:
    """Read until told to end."""
    client = redis.asyncio.Redis.from_url(arguments.url, protocol=2)
    limits = Limits()
    log = f"alerts:{{{arguments.publish}}}"
    mark = arguments.mark.encode()
    with contextlib.suppress(ResponseError):
        await client.xgroup_create(arguments.stream, arguments.group, id="0", mkstream=True)
    done: list[bytes] = []
    while True:
        async with client.pipeline(transaction=False) as pipe:
            if done:
                pipe.xack(arguments.stream, arguments.group, *done)
            pipe.xreadgroup(arguments.group, "noop", {arguments.stream: ">"}, count=arguments.batch, block=1000)
            read = (await pipe.execute())[-1]
        entries = read[0][1] if read else []
        told = []
        for identity, fields in entries:
            article = decode_article(identity.decode(), fields, now=0.0, limits=limits)
            if arguments.publish and fields[b"id"].startswith(mark):
                told.append(json.dumps({"article": {"id": article.id, "title": article.title}}))
        if told:
            async with client.pipeline(transaction=False) as pipe:
                for document in told:
                    pipe.xadd(log, {"data": document})
                    pipe.publish(f"alerts:{arguments.publish}", document)
                await pipe.execute()
        done = [identity for identity, _ in entries]


async def main() -> None:
    """Consume until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--stream", default="articles")
    parser.add_argument("--group", default="tocsin")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--publish", default="", metavar="CHANNEL")
    parser.add_argument("--mark", default="")
    consuming = asyncio.create_task(consume(parser.parse_args()))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, consuming.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await consuming


if __name__ == "__main__":
    asyncio.run(main())
