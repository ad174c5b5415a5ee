"""What of a page is not the story. A tempting headline in it must prove nothing; no lead may be lost to it."""

from __future__ import annotations

import pytest

from builders import a_document
from tocsin.model.document import Zone

STORY = (
    "The harbour town of Merle woke to sirens on Tuesday as two patrol boats met in the strait.\n\n"
    "Nobody was hurt, the coast guard said, and both crews returned before noon.\n\n"
)


def furniture(body, title=""):
    document = a_document(title, body)
    return [
        body[one.start : one.end] for one in document.sentences if one.field == "body" and one.zone is Zone.FURNITURE
    ]


@pytest.mark.parametrize(
    "line",
    [
        "See also  Rebels cross border in dawn raid",
        "Read more: Rebels cross border in dawn raid",
        "Related: Rebels cross border in dawn raid",
        "HomeWorld NewsRebels cross border in dawn raid",
        "Home > World > Rebels cross border in dawn raid",
        "News | World | Rebels cross border in dawn raid",
        "- Advertisement -",
        "12 comments",
        "Share this article",
        "Subscribe to our newsletter for more on the border",
        "We use cookies to give you the best experience.",
        "\u00a9 2024 Merle Courier. All rights reserved.",
        "Copyright 2024 Merle Courier",
        "ANN BELL / AFP via Getty Images",
        "Photo: Ann Bell",
        "By Ann Bell, Merle Courier",
        "Updated: June 21, 2024 at 4:10 p.m.",
        "(Reporting by Ann Bell; Editing by Jo Hart)",
    ],
)
def test_furniture_lines(line):
    """Each is furniture between paragraphs of a story, and alone after it."""
    assert furniture(STORY + line + "\n\n" + STORY)
    assert all(part in line for part in furniture(STORY + line + "\n\n" + STORY))
    assert "".join(furniture(STORY + line)).replace(" ", "") == line.strip().replace(" ", "")


@pytest.mark.parametrize(
    "body",
    [
        "Rebels cross border in dawn raid",
        "rebels cross border, says ministry",
        "Rebels cross border - Reuters",
        "Related violence has killed dozens in the border region.",
        "Updated figures show 12 incursions this year.",
        "Share prices fell after the pact was signed.",
        "More stories of the raid emerged on Friday.",
        "Home Secretary Ann Bell signed the pact.",
        "Search parties crossed the border at dawn.",
        "Follow-up talks on the pact failed.",
        "Copyright law was part of the pact.",
        "Published figures show the pact at work.",
        "Top officials signed the defence pact.",
        "By dawn, rebels had crossed the border.",
        STORY + "The pact holds.",
        STORY + "Killed:\n- two soldiers of the border guard\n- a boy\n- a nurse",
        "Menu prices rose after the border closed.\n\n" + STORY,
    ],
)
def test_story_is_kept(body):
    """Short stories, headlines alone, and sentences that begin as furniture does are the story."""
    assert furniture(body) == []


def test_headlines_under_a_heading():
    """Under *Most Popular* and its like, headlines are furniture, before the story and after it."""
    links = "Rebels cross border in dawn raid\nTwo nations sign defence pact\n"
    assert len(furniture("Top Stories\n" + links + "\n" + STORY)) == 3
    assert len(furniture(STORY + "Most Popular\n" + links)) == 3
    assert len(furniture(STORY + "Related stories\n" + links + "\n" + STORY)) == 3


def test_links_after_the_story():
    """Headlines in a row after the last paragraph are links, even with nothing that says so."""
    links = "Rebels cross border in dawn raid\n\nTwo nations sign defence pact\n\nHarvest festival opens in Merle"
    assert len(furniture(STORY + links)) == 3


def test_menu():
    """Many short lines in a row are a menu."""
    assert len(furniture("World\nPolitics\nBorder Incursion\nDefence Pact\nSport\n\n" + STORY)) == 5


def test_after_a_comment_form():
    """Whatever follows a comment form is not the story, however well it is written."""
    tail = "Leave a Reply\n\nRebels crossed the border last night and nobody says a word about it!"
    assert len(furniture(STORY + tail)) == 2


def test_text_that_lost_its_lines():
    """Furniture is known by its sentences too, where a whole page is one line."""
    body = (STORY + "See also Rebels cross border in raid. Please enter your comment! Two nations sign pact").replace(
        "\n", " "
    )
    assert furniture(body) == [
        "See also Rebels cross border in raid.",
        "Please enter your comment!",
        "Two nations sign pact",
    ]


def test_title_again_is_no_furniture():
    """The line that repeats the title belongs to the story."""
    assert furniture("Share\nRebels cross border\n\n" + STORY, title="Rebels cross border!") == ["Share"]
