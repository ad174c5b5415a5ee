"""What the server knows of an article: what became of it in its channels, or why it is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from redis.asyncio import Redis

from tocsin.apps.retained import oldest
from tocsin.model.alert import alert_id
from tocsin.model.article import Article
from tocsin.model.rule import Watchlist
from tocsin.prepare.fold import fold_article
from tocsin.publish.alert import iso
from tocsin.settings import Settings
from tocsin.stores.dead_letters import letters_about
from tocsin.stores.redis_channels import RedisChannelStore
from tocsin.streams import done


async def what_channels_know(
    settings: Settings, redis: Redis, article: Article, *, lists: tuple[Watchlist, ...], channel: str | None
) -> AsyncIterator[str]:
    """Yield what became of this content in each channel: told, held back because of its story, or never committed."""
    revision = fold_article(article).revision
    names = sorted({name for listed in lists for rule in listed.rules for name in rule.channels})
    store = RedisChannelStore(redis, settings.channels)
    for changes in await store.changes([(name, 0, "") for name in names if channel in (None, name)]):
        mark = alert_id(changes.channel, article.key, revision)
        story = next(
            (one for one in changes.stories if any(told.article_key == article.key for told in one.members)), None
        )
        if not await redis.exists(done(changes.channel, mark)):
            continue
        if story is None:
            yield f"channel {changes.channel}: decided; its story has closed since"
            continue
        told = next(one for one in reversed(story.members) if one.article_key == article.key)
        if told.alert_id == mark:
            yield f"channel {changes.channel}: told, alert {mark}, story {story.id}"
        else:
            yield (
                f"channel {changes.channel}: held back (duplicate or unchanged): story {story.id} of {story.articles} "
                f"articles was told by alert {story.last_alert_id}"
            )


async def not_there(settings: Settings, redis: Redis, name: str) -> list[str]:
    """Return what is known of an article that is not in the stream, a line each."""
    letters = await letters_about(redis, settings.articles.stream, name)
    if letters:
        return [f"{name} was dead-lettered: {one.reason}: {one.detail} (dead letter {one.id})" for one in letters]
    since = await oldest(redis, settings.articles.stream)
    kept = "the stream is empty" if since is None else f"the stream reaches back to {iso(since)}"
    return [f"{name} is not in the retained stream: it never arrived, or has aged out ({kept})."]
