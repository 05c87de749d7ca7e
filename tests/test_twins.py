"""Twins: what is a copy, a translation or only called the same, and whether every one is found."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.conversion import Options, understand
from converters.inputs import Input
from converters.library import Library, library_of
from converters.model import AgentSpec, Source, Tool, Tools
from converters.sections import split
from converters.twins import NEAR, SHORTEST, Twins, kinship, twins

TIDES = """You are tide-forecaster. You forecast the tides for the harbour office from the gauges and the almanac.

## Responsibilities

1. Read the gauge every hour and write down the height of the water.
2. Compare the height with the almanac and say how far they are apart.
3. Tell the harbour office before the water is too low for a ship at berth.

## Output

A table with one line an hour: the time, the height, and what the almanac says.
"""
CRANES = """You plan which crane serves which ship and in which order, so that no crane stands idle while a ship
waits for it. You know how fast each crane is, how heavy each box is, and when every ship has to leave.
"""


def agent(key: str, text: str = TIDES, *, name: str | None = None, **said: object) -> AgentSpec:
    """An agent `collection/id` with this prompt."""
    collection, _, id = key.partition("/")
    source = Source(collection=collection, path=f"{id}.md", format="claude-code")
    name = id.rpartition("/")[2] if name is None else name
    return AgentSpec(id=id, name=name, sections=split(text), source=source, **said)  # type: ignore[arg-type]


def kind(one: AgentSpec, other: AgentSpec) -> str | None:
    twin = kinship(one, other)
    return twin.kind if twin else None


# --- what is what ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [TIDES.replace("\n", "\r\n"), TIDES.replace("\n\n", "\n \n\n"), f"\n\n{TIDES}  "])
def test_a_copy_is_exact_whatever_its_white_space(text: str) -> None:
    twin = kinship(agent("north/tide-forecaster"), agent("south/tide-forecaster", text))
    assert twin is not None
    assert (twin.kind, twin.share) == ("exact", 1.0)


def test_a_copy_is_exact_under_another_name_too() -> None:
    assert kind(agent("north/tide-forecaster"), agent("south/ebb-watcher")) == "exact"


@pytest.mark.parametrize("spelling", ["{}", "{} {}", "{}_{}", "{}{}", "{}-{}"])
def test_a_renamed_copy_is_a_copy_in_every_word(spelling: str) -> None:
    """The name is replaced wherever it stands, in whichever spelling."""
    old, new = ("Tide", "Forecaster"), ("Ebb", "Watcher")
    texts = [TIDES.replace("tide-forecaster", spelling.format(*name)) for name in (old, new)]
    if spelling == "{}":
        texts = [text.replace("the harbour office", "nobody") for text in texts]  # one word of two is no name
    twin = kinship(agent("north/tide-forecaster", texts[0]), agent("south/ebb-watcher", texts[1]))
    assert twin is not None
    assert twin.kind == "near"
    assert (twin.share == 1.0) == (spelling != "{}")


def test_the_share_of_a_near_copy_is_that_of_the_runs_of_three_words() -> None:
    """Of 20 words 18 runs; another last word leaves 17 of the 19 that either has."""
    words = [f"w{n}" for n in range(20)]
    twin = kinship(agent("north/x", " ".join(words)), agent("south/y", " ".join([*words[:-1], "other"])))
    assert twin is not None
    assert twin.kind == "near"
    assert twin.share == pytest.approx(17 / 19)


def test_short_texts_are_copies_only_where_the_name_is_the_same() -> None:
    short = "Review pull requests and answer the questions of their authors."
    assert len(short.split()) < SHORTEST
    assert kind(agent("north/reviewer", short), agent("south/reviewer", short)) == "exact"
    assert kind(agent("north/reviewer", short), agent("south/checker", short)) is None


def test_without_a_prompt_the_description_is_compared() -> None:
    told = {"description": CRANES}
    assert kind(agent("north/x", "", **told), agent("south/y", "", **told)) == "exact"
    assert kind(agent("north/x", ""), agent("south/y", "")) is None


def test_another_text_under_the_name_only_shares_the_name() -> None:
    twin = kinship(agent("north/planner"), agent("south/Planner", CRANES))
    assert twin is not None
    assert twin.kind == "same-name"
    assert twin.share < 0.05
    assert kind(agent("north/planner"), agent("south/other", CRANES)) is None


ENGLISH = """You watch the gauges of Stormhaven with the tool tidewatch. Run `tidewatch --gauge 14 --json`
every 30 minutes, write the answer to heights.csv, and call harbour-master over VHF channel 12 when the height is
below 4.5 metres."""
CHINESE = """你负责用 tidewatch 工具观察 Stormhaven 的潮位计。每 30 分钟运行一次
`tidewatch --gauge 14 --json`，把结果写入 heights.csv；当水位低于 4.5 米时，通过 VHF 12 频道呼叫 harbour-master。"""
OTHER_CHINESE = """你负责安排 crane-planner 的班次。每天 8 点打开 shifts.xlsx，检查 Portainer 与 LiftSpec 7 的记录，
如果 box 超过 40 吨，就通知 dock-office 并记录在 log.txt 中。"""


def test_a_translation_shares_what_no_translator_touches() -> None:
    one, other = agent("port/en/gauge-watcher", ENGLISH), agent("port/cn/gauge-watcher", CHINESE)
    assert kind(one, other) == kind(other, one) == "translation"
    assert kind(one, agent("port/cn/gauge-watcher", OTHER_CHINESE)) == "same-name"


def test_a_translation_is_one_of_the_renamed_copy_too() -> None:
    english, renamed = agent("port/en/gauge-watcher", ENGLISH), agent("quay/height-reader", ENGLISH)
    chinese = agent("port/cn/gauge-watcher", CHINESE)
    found = Twins([english, renamed, chinese])
    for one, other in [(renamed, chinese), (chinese, renamed)]:
        assert [twin.kind for twin in found.of(one) if twin.agent is other] == ["translation"]


def test_what_copies_differ_in_beside_their_text() -> None:
    reader = Tools((Tool("read"), Tool("grep")))
    one = agent("north/x", model="sonnet", tools=reader, description="Reads.")
    other = agent("south/y", model="opus", tools=Tools((Tool("grep"), Tool("read"))), description="Looks.")
    shell = agent("west/z", model="sonnet", tools=Tools((Tool("read"), Tool("shell"))), description="Reads.")
    assert differs(one, other) == ("model",)
    assert differs(one, shell) == ("tools", "access")


def differs(one: AgentSpec, other: AgentSpec) -> tuple[str, ...]:
    twin = kinship(one, other)
    assert twin is not None
    return twin.differs


# --- families ----------------------------------------------------------------------------------


def test_a_family_holds_the_copies_of_copies() -> None:
    words = [f"w{n}" for n in range(40)]
    changed = [" ".join([*(f"x{n}" for n in range(size)), *words[size:]]) for size in (0, 7, 14)]
    ends = [agent("a/first", changed[0]), agent("b/second", changed[1]), agent("c/third", changed[2])]
    found = Twins(ends)
    assert kind(ends[0], ends[2]) is None
    assert [family.agents for family in found.families] == [tuple(ends)]
    assert not found.families[0].exact
    assert [twin.agent.name for twin in found.of(ends[1])] == ["first", "third"]
    assert [twin.agent.name for twin in found.of(ends[0])] == ["second"]


def test_the_closest_twin_comes_first() -> None:
    near = TIDES.replace("every hour", "twice an hour")
    made = [
        agent("a/tide-forecaster"),
        agent("b/tide-forecaster", CRANES),
        agent("c/tide-forecaster", near),
        agent("d/ebb-watcher"),
    ]
    library = library_of(made)
    found = twins(library).of(library.agents[0])
    assert [(twin.kind, Library.key(twin.agent)) for twin in found] == [
        ("exact", "d/ebb-watcher"),
        ("near", "c/tide-forecaster"),
        ("same-name", "b/tide-forecaster"),
    ]


WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(60)]), min_size=0, max_size=60)
EDITS = st.lists(st.tuples(st.integers(0, 59), st.sampled_from(["new", "other", ""])), max_size=12)


@st.composite
def copied(draw: st.DrawFn) -> list[AgentSpec]:
    """Agents of which some are more or less changed copies of others."""
    texts: list[list[str]] = []
    for number in range(draw(st.integers(2, 9))):
        words = list(draw(st.sampled_from(texts)) if texts and draw(st.booleans()) else draw(WORDS))
        for place, word in draw(EDITS):
            words[place : place + 1] = [f"{word}{number}"] if word else []
        texts.append(words)
    return [agent(f"c/agent-{number}", " ".join(words)) for number, words in enumerate(texts)]


@given(copied())
def test_every_copy_is_found_and_nothing_else(made: list[AgentSpec]) -> None:
    assert pairs(Twins(made)) == brute(made)


@given(copied(), st.randoms(use_true_random=False))
def test_families_do_not_depend_on_the_order_of_agents(made: list[AgentSpec], lots: object) -> None:
    shuffled = list(made)
    lots.shuffle(shuffled)  # type: ignore[attr-defined]
    assert families(Twins(made)) == families(Twins(shuffled))


def families(found: Twins) -> set[frozenset[str]]:
    return {frozenset(map(Library.key, family.agents)) for family in found.families}


def pairs(found: Twins) -> set[frozenset[str]]:
    return {
        frozenset((Library.key(spec), Library.key(twin.agent)))
        for spec in found.agents
        for twin in found.of(spec)
        if twin.kind in {"exact", "near"}
    }


# --- the same measure, told by brute force -----------------------------------------------------


def brute(agents: Sequence[AgentSpec]) -> set[frozenset[str]]:
    """All pairs of copies, each text compared with every other through all they share."""
    texts = [spec.prompt if spec.prompt.strip() else spec.description or "" for spec in agents]
    runs = [runs_of(spec, text) for spec, text in zip(agents, texts, strict=True)]
    sizes = [len(list(words(text))) for text in texts]
    found = {
        (one, other)
        for one, other, share in shares(runs)
        if share >= NEAR and min(sizes[one], sizes[other]) >= SHORTEST
    }
    same: defaultdict[object, list[int]] = defaultdict(list)
    for number, (spec, text, size) in enumerate(zip(agents, texts, sizes, strict=True)):
        if size:
            same[unicodedata.normalize("NFC", " ".join(text.split())), "" if size >= SHORTEST else spec.name].append(
                number
            )
    found |= {pair for numbers in same.values() for pair in combinations(numbers, 2)}
    return {frozenset((Library.key(agents[one]), Library.key(agents[other]))) for one, other in found}


def words(text: str) -> Iterable[str]:
    one_sign = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
    return re.findall(f"[{one_sign}]|[^\\W_{one_sign}]+", unicodedata.normalize("NFKC", text).casefold())


def runs_of(spec: AgentSpec, text: str) -> set[str]:
    """The runs of three words, names put as one word by a substitution in the running text."""
    running = f" {' '.join(words(text))} "
    names = {
        " ".join(words(name)) for name in (spec.name, spec.title, spec.derived.title, spec.id.split("/")[-1]) if name
    }
    for name in sorted(names | {name.replace(" ", "") for name in names}, key=lambda n: (-len(n.split()), n.split())):
        while name and f" {name} " in running:
            running = running.replace(f" {name} ", " <name> ")
    told = running.split()
    return {" ".join(told[n : n + 3]) for n in range(len(told) - 2)}


def shares(runs: Sequence[set[str]]) -> Iterable[tuple[int, int, float]]:
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        common = Counter(other for run in own for other in having[run])
        for other, many in common.items():
            yield other, number, many / (len(own) + len(runs[other]) - many)
        for run in own:
            having[run].append(number)


def read(shared: Path, rows: Iterable[dict[str, str]]) -> tuple[AgentSpec, ...]:
    specs: list[AgentSpec] = []
    for row in rows:
        path = shared / "corpus" / row["collection"] / row["path"]
        source = Input(path, row["path"], row["path"], row["collection"], explicit=True)
        specs += understand(source, Options()).specs
    return library_of(specs).agents


def manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "corpus" / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_copies_among_real_agents_of_often_used_names(shared: Path) -> None:
    """A sample: names that three collections or more have, a few of them."""
    by_stem: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for row in manifest(shared):
        by_stem[Path(row["path"]).name.split(".")[0]].setdefault(row["collection"], row)
    often = sorted(stem for stem, rows in by_stem.items() if len(rows) > 2)[:40]
    agents = read(shared, [row for stem in often for row in by_stem[stem].values()])
    expected, found = brute(agents), pairs(Twins(agents))
    assert len(expected) > 20
    assert found == expected


@pytest.mark.heavy
def test_recall_and_precision_over_the_corpus(shared: Path) -> None:
    agents = read(shared, manifest(shared))
    expected, found = brute(agents), pairs(Twins(agents))
    assert len(expected) > 500
    assert len(found & expected) / len(expected) >= 0.95
    assert len(found & expected) / len(found) >= 0.95


@pytest.mark.heavy
def test_translations_over_the_corpus(shared: Path) -> None:
    """One collection holds each agent in two languages, in folders of their own: that is who translates whom."""
    rows = [row for row in manifest(shared) if "/cn/" in f"/{row['path']}" or "/en/" in f"/{row['path']}"]
    agents = read(shared, [row for row in rows if row["collection"].startswith("BlueSkyXN")])
    found = Twins(agents)
    told = {
        (spec.id, twin.agent.id) for spec in agents if spec.id[:3] == "cn/" for twin in found.of(spec)
        if twin.kind == "translation"
    }  # fmt: skip
    ids = {spec.id for spec in agents}
    expected = {(id, f"en/{id[3:]}") for id in ids if id[:3] == "cn/" and f"en/{id[3:]}" in ids}
    assert len(expected) > 100
    assert len(told & expected) / len(expected) >= 0.95
    assert len(told & expected) / len(told) >= 0.95
