"""What a channel knows about a story: bounded, versioned, and enough to decide about the story's next article."""

from __future__ import annotations

import msgspec


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an article of a story last said to the channel: enough to tell a correction from an idle edit.

    Attributes:
        alert_id: None where it was suppressed.
        rules: keys of the rules that passed.
        lost: keys of rules that were told for it and taken back since: news again where they pass again.
        proof: folded texts of its keyword evidence, the best first, bounded.
        figures: the numbers in the sentences that carried the evidence, folded.
        sentence: the best evidence sentence as received, cut at 300 characters: what a correction shows as ``was``.
    """

    article_key: str
    article_id: str
    source: str
    revision: str
    alert_id: str | None
    rules: tuple[str, ...]
    lost: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    sentence: str = ""
    severity: int = 0  # of the rules that passed, the highest
    retracts: bool = False  # it said that it corrects something: an idle edit of it says so again, which is no news
    at: float = 0.0


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One story in one channel.

    Attributes:
        version: token of the commit that wrote this state; a commit that read another one conflicts.
        seq: alerts and suppressed articles so far, for readers.
        told_rules: rule keys that the channel was alerted for.
        members: newest last, bounded; older articles are forgotten, their counts stay.
        independent: sources counted after copies are collapsed.
        shingles: for each remembered article its shingle hashes, 4 bytes each, little endian.
    """

    id: str
    version: str
    seq: int
    first_seen: float
    last_seen: float
    articles: int
    sources: tuple[str, ...]
    independent: int
    told_rules: tuple[str, ...]
    severity: int
    last_alert_id: str | None
    last_alert_at: float
    members: tuple[Told, ...]
    shingles: tuple[tuple[str, bytes], ...]  # (article id, packed hashes)


class ChannelChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in a channel since a scorer last looked.

    Attributes:
        epoch: the server run that these numbers belong to; a restart or fail-over makes a cached channel void.
        cursor: change number up to which ``stories`` tells the truth; ask for more from here.
        opened: id of the story that was opened last; empty where none ever was.
        stories: the stories that are new or changed, oldest change first.
        gone: ids of stories that closed (expired, merged away, rolled back).
        reset: forget the cached channel first: ``stories`` is all there is.
    """

    channel: str
    epoch: str
    cursor: int
    opened: str
    stories: tuple[Story, ...] = ()
    gone: tuple[str, ...] = ()
    reset: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One decision to be committed to a channel.

    Attributes:
        done: the done-mark's name: the alert id of (channel, article key, revision).
        alert: the alert document as JSON on one line, or None for a suppression that rests on a story.
        alert_held: stored, but neither published nor pushed.
        story: the story's new state, or None where no story is touched.
        read_version: version of that story when it was read; empty when the story is new.
        read_opened: ``ChannelChanges.opened`` when it was read (as left by earlier entries of the same batch).
        opens: whether this entry opens the story.
    """

    done: str
    alert: bytes | None
    alert_held: bool = False
    story: Story | None = None
    read_version: str = ""
    read_opened: str = ""
    opens: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What became of one entry.

    ``state`` is committed (``stream_id`` where an alert was logged), noop (the done-mark was there) or conflict (place it
    again).
    """

    state: str  # committed | noop | conflict
    stream_id: str | None = None


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a channel's commit: one outcome an entry, in order, and, where any conflicted, what changed."""

    outcomes: tuple[Outcome, ...]
    changes: ChannelChanges | None = None
