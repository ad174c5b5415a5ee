"""Marks from outside: alerts, marks by the command line, and what the next article meets, without any restart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from live_server import needing_a_server
from scoring_file import even_scoring
from stack import Process, Stack, until

SECONDS = 40  # a loaded machine is slow to import a parser
RULE = "quays/crane-strike"
LIST = """
watchlist: quays
entities: [Norway]
keywords:
  crane-strike:
    any: [crane strike, crane]
rules:
  - rule: crane-strike
    entities: {any: [Norway]}
    keywords: {any: [crane-strike]}
  - rule: quiet
    entities: {any: [Norway]}
    keywords: {any: [crane-strike]}
    threshold: 0.999
"""
STRIKES = [
    "A crane strike in Norway closed the quays of Bergen on Tuesday. The operators of forty cranes left their cabins.",
    "Dockers in Norway began a crane strike on Thursday, the union of harbour workers said in Stavanger. Ships waited.",
    "Norway woke to a crane strike on Monday: in Tromso nothing was unloaded, and lorries went home without freight.",
    "On Friday a crane strike spread through Norway. In Narvik the ore trains stood, and the pier masters were silent.",
]


@pytest.fixture
def stack(tmp_path):
    path = tmp_path / "quays.yaml"
    path.write_text(LIST)
    with needing_a_server(), Stack(watchlists=path, SCORING__FILE=str(even_scoring(tmp_path))) as running:
        yield running


def send(stack: Stack, number: int) -> None:
    """Send an article and wait until it is decided on."""
    article = {"id": f"strike-{number}", "source": "wire", "lang": "en", "body": STRIKES[number]}
    article["title"] = STRIKES[number].partition(". ")[0].partition(",")[0]
    stack.redis.xadd("articles", {"data": json.dumps(article)})
    assert until(stack.drained, SECONDS)


def told(stack: Stack, number: int) -> list[dict[str, Any]]:
    alerts = [json.loads(document) for _, document in stack.alerts("quays")]
    return [alert for alert in alerts if alert["article"]["id"] == f"strike-{number}"]


def logged(process: Process, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == event]


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_marked_noise_is_not_alerted_again_and_is_once_the_marks_are_taken_back(stack, tmp_path):
    """Alert, marks, the next like it is held back, the marks go, the next is told: one scorer, never started again."""
    scorer = stack.start()
    send(stack, 0)
    [alert] = told(stack, 0)
    assert "reader_marks" not in alert["score_parts"]
    assert "offset" not in alert["rules"][0]

    printed = stack.command("marks", "add", alert["id"], "noise", "--by", "ann", "--note", "a toy crane")
    assert f"noise: {RULE}, article strike-0, score {alert['score']:.2f}" in printed
    history = tmp_path / "history.jsonl"
    rows = [{"article_id": f"old-{one}", "rule": RULE, "mark": "noise", "score": alert["score"]} for one in range(30)]
    history.write_text("".join(json.dumps(row) + "\n" for row in rows))
    stack.command("marks", "import", str(history))
    [figures] = lines(stack.command("marks", "summary", "--format", "jsonl"))
    assert (figures["noise"], figures["useful"], figures["in_force"]) == (31, 0, True)
    assert until(lambda: any(one["now"] == figures["offset"] for one in logged(scorer, "offset_changed")), SECONDS)

    send(stack, 1)
    assert told(stack, 1) == []
    held_back = [one for one in logged(scorer, "decided") if one["article"] == "strike-1"]
    assert [one["reason"] for one in held_back] == ["below_threshold"]
    explained = stack.command("explain", "--id", "strike-1")
    assert f"{figures['offset']:.2f} log-odds from marks by readers" in explained

    stack.command("marks", "remove", "--rule", RULE, "--all")
    assert until(lambda: any(one["now"] == 0 for one in logged(scorer, "offset_changed")), SECONDS)
    send(stack, 2)
    assert len(told(stack, 2)) == 1
    assert scorer.code is None


def test_an_offset_stands_in_the_alert_and_a_mark_is_about_the_score_before_it(stack, tmp_path):
    """Marked before the scorer starts: its first batch is scored with them; survives in the server, not in a process."""
    history = tmp_path / "history.jsonl"
    rows = [{"article_id": f"old-{one}", "rule": RULE, "mark": "useful", "score": 0.4} for one in range(20)]
    history.write_text("".join(json.dumps(row) + "\n" for row in rows))
    stack.command("marks", "import", str(history))
    stack.start()
    send(stack, 0)
    [alert] = told(stack, 0)
    offset = alert["score_parts"]["reader_marks"]
    assert 0 < offset <= 2
    assert alert["rules"][0]["offset"] == offset

    stack.command("marks", "add", alert["id"], "useful", "--by", "ann")
    *_, mark = lines(stack.command("marks", "list", "--rule", RULE, "--format", "jsonl"))
    assert mark["alert_id"] == alert["id"]
    assert mark["score"] < alert["score"]
    assert {term["text"] for term in mark["terms"]} >= {"crane strike"}

    stack.command("marks", "remove", alert["id"], "--by", "ann")
    assert len(lines(stack.command("marks", "list", "--format", "jsonl"))) == 20


def test_switched_off_marks_change_no_score(stack, tmp_path):
    """They are kept and shown all the same."""
    history = tmp_path / "history.jsonl"
    rows = [{"article_id": f"old-{one}", "rule": RULE, "mark": "noise", "score": 0.9} for one in range(40)]
    history.write_text("".join(json.dumps(row) + "\n" for row in rows))
    stack.settings["SCORING__MARKS"] = "false"
    stack.command("marks", "import", str(history))
    stack.start()
    send(stack, 0)
    [alert] = told(stack, 0)
    assert "reader_marks" not in alert["score_parts"]
    [figures] = lines(stack.command("marks", "summary", "--format", "jsonl"))
    assert figures["in_force"] is False
    assert figures["offset"] < 0


def test_an_article_that_no_alert_told_of_can_be_marked(stack):
    """By its id and the rule, as long as it is retained: its score is that of the rule as published."""
    stack.start()
    send(stack, 0)
    stack.command("marks", "add", "useful", "--article", "strike-0", "--rule", "quays/quiet", "--by", "ann")
    [mark] = lines(stack.command("marks", "list", "--format", "jsonl"))
    [alert] = told(stack, 0)
    assert mark["rule"] == "quays/quiet"
    assert mark["score"] == alert["score"]


def test_what_cannot_be_marked_is_refused_with_the_remedy(stack, tmp_path):
    """Unknown alert, article or rule; a file with a line that is no mark adds nothing at all."""
    stack.start()
    send(stack, 0)
    [alert] = told(stack, 0)
    bad = tmp_path / "bad.jsonl"
    good_line = {"article_id": "x", "rule": RULE, "mark": "noise", "score": 0.5}
    bad.write_text(f'{json.dumps(good_line)}\n{{"article_id": "y"}}\n')
    for words, said in [
        (["add", "0" * 32, "noise"], "no alert"),
        (["add", alert["id"], "splendid"], "write useful or noise"),
        (["add", alert["id"], "noise", "--rule", "quays/other"], RULE),
        (["add", "noise"], "ALERT_ID"),
        (["add", "noise", "--article", "nowhere", "--rule", RULE], "explain --id nowhere"),
        (["add", "noise", "--article", "strike-0", "--rule", "quays/other"], "LIST/RULE"),
        (["import", str(bad)], "bad.jsonl:2"),
        (["remove", alert["id"]], "no such mark"),
    ]:
        with pytest.raises(RuntimeError, match=said):
            stack.command("marks", *words)
    assert stack.command("marks", "list", "--format", "jsonl") == ""
