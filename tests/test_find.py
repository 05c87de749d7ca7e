"""Finding agents: the ranking, the same in the browser, and what the site publishes for it."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_publish import catalogue

from converters import search
from converters.graph import build
from converters.library import Collection, Library, library_of
from converters.model import AgentSpec, Collaboration, Derived, Evidence, Section, Source, Tool, Tools
from converters.publish import Catalogue, Site, search_index
from converters.publish.late import Late
from converters.publish.memory import Memory
from converters.publish.store import Store
from converters.search import index as indexing
from converters.vocabulary import load

ASSETS = Path(__file__).parents[1] / "site" / "assets"


def _agent(
    name: str, summary: str, *, prompt: str = "", named: tuple[tuple[str, str], ...] = (), collection: str = "harbour"
) -> AgentSpec:
    ties = tuple(
        Collaboration(agent=agent, relation="supports", about=about, evidence=Evidence(where="body", text=agent))
        for agent, about in named
    )
    return AgentSpec(
        id=name,
        name=name,
        description=f"{summary} Ask it whenever that is the question.",
        tools=Tools(allow=(Tool("read"), Tool("shell"))),
        sections=(Section(text=prompt),),
        source=Source(collection=collection, path=f"{name}.md", format="claude-code"),
        derived=Derived(
            title=name.replace("-", " ").title(), summary=summary, access=("read", "shell"), collaboration=ties
        ),
    )


@cache
def harbour() -> dict[str, AgentSpec]:
    """A dozen agents of a harbour office, two of them twice."""
    agents = [
        _agent(
            "tide-forecaster", "Forecasts tides from gauges.", prompt="Read the barnacle gauge, then the moon tables."
        ),
        _agent("berth-clerk", "Keeps the register of berths.", named=(("tide-forecaster", "high water"),)),
        _agent("crane-planner", "Plans the shifts of the cranes.", named=(("tide-forecaster", "low water"),)),
        _agent("query-tuner", "Optimizes SQL queries and indexes of the register.", prompt="Explain the plan first."),
        _agent("signal-frontend", "Builds the web interface of the signal tower.", named=(("tide-forecaster", ""),)),
        _agent("log-debugger", "Finds the cause of errors in the logs.", prompt="Explain the barnacle."),
        _agent("deck-reviewer", "Reviews pull requests before they are merged."),
        _agent("hull-inspector", "Audits hulls for security vulnerabilities."),
        _agent("cpp-shipwright", "Writes C++ for the engine room."),
        _agent("customs-translator", "Translates customs papers into Japanese."),
        _agent("agent-expert", "Writes new agents."),
        _agent("berth-clerk", "Assigns berths to ships.", collection="old-harbour"),
        _agent("tide-forecaster", "Tells high water.", collection="old-harbour"),
    ]
    return {f"{spec.source.collection}/{spec.id}": spec for spec in agents if spec.source}


@cache
def index() -> search.Index:
    return search.index_of(harbour())


def names(text: str, **how: bool) -> list[str]:
    """What answers, the best version of each name."""
    return [hit.key.partition("/")[2] for hit in search.find(index(), text, **how)]


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "family",
    [
        "optimize optimizes optimized optimizing optimizer optimization optimise optimisation",
        "test tests tested testing tester",
        "debug debugs debugging debugger debugged",
        "query queries querying",
        "deploy deploys deployed deployment deployments",
        "migrate migrates migrating migration migrations",
        "secure security",
        "document documents documentation documented",
        "analyze analyse analyses analyzing analyst analysis analytics",
        "colour color colours",
        "monitor monitors monitoring",
        "slow slowly",
        "quick quickly quicker",
        "safe safely",
        "secure securely security",
        "reliable reliably",
        "visual visually",
        "automatic automatically",
    ],
)
def test_the_forms_of_a_word_have_one_stem(family: str) -> None:
    stems = {search.stem(word) for word in family.split()}
    assert len(stems) == 1, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("engine", "engineer"),
        ("customer", "custom"),
        ("market", "marketing"),
        ("product", "production"),
        ("agency", "agent"),
        ("general", "generate"),
        ("business", "busy"),
        ("spring", "spr"),
    ],
)
def test_words_of_other_things_keep_apart(one: str, other: str) -> None:
    assert search.stem(one) != search.stem(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C++ and C#, not Node.js!", ["cpp", "and", "csharp", "not", "nodejs"]),
        (".NET 8", ["dotnet", "8"]),
        ("Ünïcode's Tést", ["unicode", "test"]),
        ("数据库优化", ["数据", "据库", "库优", "优化"]),
        ("用SQL查", ["用", "sql", "查"]),
        ("snake_case-and/path", ["snake", "case", "and", "path"]),
        (f"a {'x' * 41} b", ["a", "b"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words(text: str, words: list[str]) -> None:
    assert search.words(text) == words


def test_the_dictionary_is_in_order() -> None:
    """Every entry has words, no group says one twice, and every stem rule takes letters away or changes them."""
    said = load("synonyms")
    for group in said["same"]:
        assert len(set(group)) == len(group) > 1, group
    assert all(search.words(words) and targets for words, targets in said["leads"].items())
    for step in said["stems"]:
        for ending, replacement, least in step:
            assert len(replacement) <= len(ending), ending
            assert least > 0
    for text in (*said["quiet"], *said["faint"]):
        assert search.words(text) == [text]
    assert not set(said["quiet"]) & set(said["faint"])


# --- ranking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("someone to make my SQL faster", "query-tuner"),
        ("my database is slow", "query-tuner"),
        ("who can review my PR?", "deck-reviewer"),
        ("what went wrong last night", "log-debugger"),
        ("is our office safe from hackers", "hull-inspector"),
        ("front end", "signal-frontend"),
        ("c++ developer", "cpp-shipwright"),
        ("other languages please", "customs-translator"),
        ("forecas", "tide-forecaster"),
        ("forcaster", "tide-forecaster"),
        ("agent expert", "agent-expert"),
        ("Berth-Clerk", "berth-clerk"),
    ],
)
def test_plain_words_find_the_agent(asked: str, first: str) -> None:
    assert names(asked)[0] == first


@pytest.mark.parametrize(
    "asked",
    [
        "find out why production is down",
        "why is production down",
        "finding out why the site is down",
        "the website is down",
        "work out why our servers are down",
        "my app is broken in prod",
    ],
)
def test_who_asks_why_something_fails_wants_it_mended_not_studied(asked: str) -> None:
    agents = [
        _agent("incident-responder", "Restores the harbour's services in an outage."),
        _agent("market-researcher", "Researches why shippers of production parts choose a harbour."),
        _agent("security-researcher", "Researches how intruders came into the web application."),
        _agent("release-clerk", "Deploys each release to production."),
    ]
    found = search.find(search.index_of({f"h/{spec.name}": spec for spec in agents}), asked)
    assert found[0].key == "h/incident-responder"


def test_who_wants_to_find_out_what_others_think_is_given_a_researcher() -> None:
    agents = [_agent("incident-responder", "Ends outages."), _agent("market-researcher", "Researches shippers.")]
    found = search.find(search.index_of({f"h/{spec.name}": spec for spec in agents}), "find out what shippers want")
    assert found[0].key == "h/market-researcher"


@pytest.mark.parametrize(
    ("asked", "planning"),
    [
        ("break down a large project", True),
        ("break into smaller steps", True),
        ("our server broke down", False),
        ("the crane keeps breaking down", False),
    ],
)
def test_to_break_down_is_to_plan_unless_a_machine_does(asked: str, planning: bool) -> None:
    agents = [
        _agent("incident-responder", "Restores the harbour's services in an outage."),
        _agent("task-planner", "Decomposes the works of a season into a plan."),
        _agent("clerk", "Writes of the breakwater project at low tide."),
    ]
    found = search.find(search.index_of({f"h/{spec.name}": spec for spec in agents}), asked)
    assert found[0].key == ("h/task-planner" if planning else "h/incident-responder")


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("get up to speed with the harbour", "mentor"),
        ("attack the problem", "critical-thinker"),
        ("in the long run", "strategist"),
        ("production", "release-clerk"),
    ],
)
def test_sayings_are_not_read_word_by_word(asked: str, first: str) -> None:
    agents = [
        _agent("performance-tuner", "Speed of the cranes."),
        _agent("mentor", "Onboarding of new hands."),
        _agent("attack-hunter", "Finds every attack."),
        _agent("critical-thinker", "Critical thinking."),
        _agent("runner", "Runs errands."),
        _agent("strategist", "Strategy."),
        _agent("release-clerk", "Deploys to production."),
        _agent("incident-responder", "Ends an incident."),
    ]
    found = search.find(search.index_of({f"h/{spec.name}": spec for spec in agents}), asked)
    assert found[0].key == f"h/{first}"


def test_a_word_of_the_dictionary_is_no_beginning_of_another() -> None:
    agents = {f"h/{one}": _agent(one, f"All of {one}.", collection="h") for one in ("app", "approach", "approval")}
    made = search.index_of(agents)
    assert {hit.key for hit in search.find(made, "app")} == {"h/app"}
    assert {hit.key for hit in search.find(made, "appro")} == {"h/approach", "h/approval"}


def test_results_that_say_little_of_several_words_are_parted_from_the_others() -> None:
    """A third of the best is the least, but for the first three; one word is answered by all who say it."""
    made = index()
    several, one = search.asked(made, "tide tables "), search.asked(made, "tides ")
    assert search.likely(several, [9.0, 8.0, 4.0, 3.0, 2.9, 0.1]) == 4
    assert search.likely(several, [9.0, 0.3, 0.2, 0.1]) == 3
    assert search.likely(several, [9.0]) == 1
    assert search.likely(one, [9.0, 8.0, 4.0, 0.1]) == 4
    assert search.likely(several, []) == search.likely([], []) == 0


def test_variants_of_one_name_are_one_result() -> None:
    found = search.find(index(), "berth")
    assert found[0].key == "harbour/berth-clerk"
    assert found[0].variants == ("old-harbour/berth-clerk",)
    assert [hit.key for hit in found].count("old-harbour/berth-clerk") == 0


def test_what_others_go_to_an_agent_for_finds_it() -> None:
    """Nothing of its own says so: the clerk does."""
    assert "low" not in " ".join(search.words(harbour()["harbour/tide-forecaster"].description or ""))
    assert names("low water")[0] == "tide-forecaster"


def test_of_two_alike_the_one_others_speak_of_stands_first() -> None:
    alike = {f"h/{name}": _agent(name, "Mends nets.", collection="h") for name in ("a-mender", "b-mender")}
    caller = _agent("caller", "Calls.", named=(("b-mender", ""),), collection="h")
    found = search.find(search.index_of({**alike, "h/caller": caller}), "mender nets")
    assert [hit.key for hit in found[:2]] == ["h/b-mender", "h/a-mender"]


def test_a_word_nobody_knows_is_passed_over_and_a_literal_one_is_not() -> None:
    assert names("tides xyzzyq")[0] == "tide-forecaster"
    prompts = search.prompts_of(harbour())
    assert {hit.key for hit in search.find(prompts, "barnacle", literal=True)} == {
        "harbour/tide-forecaster",
        "harbour/log-debugger",
    }
    assert [hit.key for hit in search.find(prompts, "barnacle moon", literal=True)] == ["harbour/tide-forecaster"]
    assert search.find(prompts, "barnacle xyzzyq", literal=True) == []


@pytest.mark.parametrize("text", ["", " ", "?!", "\x00", "\ud800", "the", "𝔘𝔫", "x" * 10_000])
def test_nothing_much_is_no_fault(text: str) -> None:
    for literal in (False, True):
        search.find(index(), text, literal=literal)
    assert search.find(search.index_of({}), text) == []


WORDS = st.lists(
    st.sampled_from(
        ["tide", "berths", "sql", "make", "my", "faster", "errors", "revew", "pull request", "C++", "the", "税", "zz"]
    )
    | st.text(max_size=6),
    max_size=6,
).map(" ".join)


@given(WORDS, st.booleans())
def test_no_agent_is_found_twice_and_scores_fall(text: str, literal: bool) -> None:
    found = search.find(index(), text, literal=literal)
    keys = [key for hit in found for key in (hit.key, *hit.variants)]
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(harbour())
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_the_order_agents_come_in_changes_no_score() -> None:
    shuffled = list(harbour().items())
    random.Random(3).shuffle(shuffled)
    other = search.index_of(dict(shuffled))
    for text in ("sql faster", "berth", "errors in the register", "low water"):
        here = {hit.key: hit.score for hit in search.find(index(), text) if not hit.variants}
        there = {hit.key: hit.score for hit in search.find(other, text) if not hit.variants}
        assert here == there


# --- as text ---------------------------------------------------------------------------------------


def unpacked(text: str) -> list[int]:
    """Postings again, by what `packed` says of them: base 32, least first, digits from 32 on go on; then a weight."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
    found, agent, distance, scale = [], 0, 0, 1
    letters = iter(text)
    for letter in letters:
        value = digits.index(letter)
        distance += (value % 32) * scale
        scale *= 32
        if value < 32:
            agent += distance
            found.append(agent << indexing.BITS | digits.index(next(letters)))
            distance, scale = 0, 1
    return found


@given(st.dictionaries(st.integers(0, 2_000_000), st.integers(1, indexing.FULL)))
def test_postings_come_back_from_their_text(weights: dict[int, int]) -> None:
    found = [agent << indexing.BITS | weights[agent] for agent in sorted(weights)]
    assert unpacked(indexing.packed(indexing.array("L", found))) == found


# --- agents of one name -----------------------------------------------------------------------------


def variant(key: str, text: str, language: str, **more: Any) -> AgentSpec:
    collection, _, id_ = key.partition("/")
    said = more.pop("names", ())
    named = tuple(
        Collaboration(agent=name, relation="supports", about=None, evidence=Evidence(where="body", text=name))
        for name in said
    )
    return AgentSpec(
        id=id_,
        name=id_.rpartition("/")[2],
        sections=(Section(text=text),),
        source=Source(collection=collection),
        derived=Derived(language=language, collaboration=named),
        **more,
    )


def stands(*specs: AgentSpec) -> str:
    """Who stands for `clerk`."""
    agents = dict(sorted((Library.key(spec), spec) for spec in specs))
    groups, _ = search.standing(agents)
    (standing,) = {groups[at] for at, spec in enumerate(agents.values()) if spec.name == "clerk"}
    return list(agents)[standing]


def test_one_of_a_name_stands_for_it() -> None:
    """Not deprecated, in the usual language, spoken of at home, the longest, the first; the earlier rule wins."""
    others = [variant("dock/pilot", "Guides ships.", "en"), variant("quay/porter", "Carries.", "en")]
    first = variant("bay/clerk", "x" * 30, "zh")
    assert stands(*others, first) == "bay/clerk"
    short = variant("dock/clerk", "x" * 10, "en")
    assert stands(*others, first, short) == "dock/clerk", "what most agents speak"
    long = variant("quay/clerk", "x" * 20, "en")
    assert stands(*others, first, short, long) == "quay/clerk", "the longer"
    friend = variant("dock/mate", "x", "en", names=("clerk",))
    assert stands(*others, first, short, long, friend) == "dock/clerk", "whom its own speak of"
    assert stands(*others, first, replace(short, deprecated=True), long, friend) == "quay/clerk"
    assert stands(*others, variant("quay/clerk", "x", "en"), variant("dock/clerk", "y", "en")) == "dock/clerk", (
        "the first"
    )


@pytest.mark.parametrize(("format_id", "name"), [("cagent", "root"), ("prompt", "agents"), ("prompt", "agents-md")])
def test_a_name_that_only_tells_a_part_makes_no_variants(format_id: str, name: str) -> None:
    """Many files have a root, and many are called AGENTS.md: such agents have nothing in common."""
    specs = [
        replace(variant(f"{home}/{name}", "Guides ships.", "en"), source=Source(collection=home, format=format_id))
        for home in ("bay", "dock")
    ]
    agents = {Library.key(spec): spec for spec in specs}
    assert search.standing(agents)[0] == (0, 1)
    library = library_of(specs, {home: Collection(home) for home in ("bay", "dock")})
    assert {key: said["variants"] for key, said in build(library)[0].nodes(data=True)} == dict.fromkeys(agents, 1)
    assert len(library.by_name(name)) == 2, "it is found by that name all the same"
    others = [
        replace(spec, source=Source(collection=f"new-{Library.key(spec)[:3]}", format="claude-code")) for spec in specs
    ]
    assert len(set(search.standing({Library.key(spec): spec for spec in others})[0])) == 1


def test_who_stands_for_a_name_leads_unless_another_answers_better(tmp_path: Path) -> None:
    agents = dict(
        sorted(
            (Library.key(spec), spec)
            for spec in (
                variant("bay/clerk", "Counts crates.", "zh", description="Counts crates and casks."),
                variant("dock/clerk", "Counts crates on the quay.", "en", description="Counts crates and casks too."),
                variant("quay/clerk", "Counts.", "zh", description="Knows every anchor, anchor chain and anchor bolt."),
                variant("quay/pilot", "Guides ships.", "en", description="Guides ships home."),
                variant("quay/porter", "Carries loads.", "en", description="Carries loads away."),
            )
        )
    )
    made = search.index_of(agents)
    (crates,) = [hit for hit in search.find(made, "crates") if "clerk" in hit.key]
    assert crates.key == "dock/clerk"
    (anchors,) = search.find(made, "anchor chain")
    assert anchors.key == "quay/clerk"
    queries = ["crates", "casks", "anchor chain", "clerk", "counts"]
    answered = in_node(tmp_path, terms=terms_of(made, agents), queries=[[text, False] for text in queries])["found"]
    for text, found in zip(queries, answered, strict=True):
        hits = search.find(made, text)
        assert [[made.keys[at] for at in same] for same in found] == [[hit.key, *hit.variants] for hit in hits], text


def test_what_serves_rest_is_no_rest() -> None:
    """A word for interfaces is no word for pauses, and who writes is not who changed a line."""
    agents = [
        _agent("pilot-roster", "Assigns pilots without breaking rest rules."),
        _agent("api-drafter", "Designs the API of the register."),
        _agent("page-writer", "Writes the documentation."),
        _agent("merge-hand", "Sorts out git histories."),
    ]
    made = search.index_of({f"harbour/{spec.id}": spec for spec in agents})

    def answer(text: str) -> list[str]:
        return [hit.key.partition("/")[2] for hit in search.find(made, text)]

    assert answer("endpoints") == ["api-drafter"]
    assert answer("our REST endpoints") == answer("RESTful services") == ["api-drafter"]
    assert "merge-hand" not in answer("someone who writes the docs for our REST endpoints")
    assert "merge-hand" in answer("who wrote this")


# --- the browser's half ----------------------------------------------------------------------------

NODE = shutil.which("node")
ASK = """
import { readFileSync } from "node:fs";
import { grouped, Index, Language, parted } from "./search.js";
import { arranged, catalogue, select } from "./facets.js";
const { terms, queries, cards, choices } = JSON.parse(readFileSync(0, "utf8"));
const index = new Index(new Language(terms.tables), terms.factors, terms.agents).add(terms);
const found = queries.map(([text, literal]) => index.find(text, literal));
const well = queries.map(([text, literal]) => {
  const { request, scores } = index.answer(text, literal);
  return parted(grouped(scores, terms.agents), request, scores, terms.factors)[0].length;
});
const data = cards && catalogue(cards);
const chosen = (choices ?? []).map((choice) => {
  const sets = Object.entries(choice).map(([id, values]) => [id, new Set(values)]);
  const { counts, matched } = select(data, new Map(sets), null);
  return { counts: counts.map((all) => [...all]), matched, groups: arranged(matched, data.agents, null, "match") };
});
console.log(JSON.stringify({ found, well, chosen, urls: data?.agents.map(({ url }) => url) }));
"""


def in_node(folder: Path, **asked: Any) -> Any:
    """What the site's own modules answer."""
    if NODE is None:
        pytest.skip("there is no node")
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("search.js", "facets.js"):
        shutil.copy(ASSETS / name, folder / name)
    (folder / "ask.js").write_text(ASK)
    done = subprocess.run(
        [NODE, "ask.js"], input=json.dumps(asked).encode(), capture_output=True, check=False, cwd=folder, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def terms_of(made: search.Index, agents: dict[str, AgentSpec]) -> dict[str, Any]:
    return {
        "tables": search.tables().document(),
        "factors": dict(search.FACTORS),
        **search.document(made.postings),
        "agents": [
            {"name": spec.name, "group": group, "known": known}
            for spec, group, known in zip(agents.values(), made.groups, made.known, strict=True)
        ],
    }


def test_the_browser_ranks_alike(tmp_path: Path) -> None:
    """Plain words, their beginnings, misspellings, and words no agent has, over every kind of word there is."""
    spelled = [
        "someone to make my SQL faster",
        "review my PR",
        "berth",
        "forcaster",
        "agent expert",
        "the",
        "",
        "C++ devs",
    ]
    spelled += [
        "数据库",
        "Ünïcode tést",
        "front end",
        "low water",
        "make production code read better",
        "optimisation of the register",
        "went wrong",
        "how to",
    ]
    drawn = random.Random(7)
    dictionary = [*load("synonyms")["leads"], *(words for group in load("synonyms")["same"] for words in group)]
    spelled += [" ".join(drawn.sample(dictionary, 3)) for _ in range(60)]
    spelled += [text[: drawn.randint(1, len(text))] for text in spelled if text]
    queries = [(text, number % 4 == 3) for number, text in enumerate(spelled)]
    numbers = {key: number for number, key in enumerate(harbour())}
    expected = [
        [[numbers[key] for key in (hit.key, *hit.variants)] for hit in search.find(index(), text, literal=literal)]
        for text, literal in queries
    ]
    said = in_node(tmp_path, terms=terms_of(index(), harbour()), queries=queries)
    answered = said["found"]
    good = [
        search.likely(
            search.asked(index(), text, literal=literal),
            [hit.score for hit in search.find(index(), text, literal=literal)],
        )
        for text, literal in queries
    ]
    assert said["well"] == good
    assert any(0 < few < len(all_) for few, all_ in zip(good, expected, strict=True))
    assert {text: found for (text, _), found in zip(queries, answered, strict=True)} == {
        text: found for (text, _), found in zip(queries, expected, strict=True)
    }
    assert sum(map(bool, expected)) > 40


# --- what is published -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def press() -> Site:
    return Site(catalogue())


@pytest.fixture(scope="module")
def files(press: Site) -> dict[str, Any]:
    return {asset.path: json.loads(asset.content) for asset in search_index.assets(press)}


def test_the_files_are_few_and_the_same_each_time(press: Site, files: dict[str, Any]) -> None:
    again = {asset.path: json.loads(asset.content) for asset in search_index.assets(Site(press.catalogue))}
    assert again == files
    assert {path for path in files if "prompts" not in path} == {"api/search.json", "api/search-terms.json"}
    assert all(said.get("schema_version") == 1 for path, said in files.items() if not path[-6].isdigit())


def values_of(facet: dict[str, Any]) -> list[set[str]]:
    """Each agent's values of a facet."""
    return [{facet["values"][at][0] for at in ([of] if isinstance(of, int) else of)} for of in facet["of"]]


def test_a_build_leaves_what_would_be_the_same() -> None:
    """What a file is made from tells it apart, before it is made."""

    def inputs(specs: dict[str, AgentSpec]) -> dict[str, object]:
        made = search_index.assets(Site(Catalogue(library=library_of(specs.values()))))
        return {asset.path: asset.held.inputs for asset in made if isinstance(asset.held, Late)}

    before, key = inputs(harbour()), "harbour/query-tuner"
    assert inputs(harbour()) == before
    reworded = replace(harbour()[key], sections=(Section(text="Ask first."),))
    renamed = replace(harbour()[key], tags=("register",))
    for changed, path in ((reworded, "api/prompts/0.json"), (renamed, "api/search-terms.json")):
        after = inputs({**harbour(), key: changed})
        told = {path for path in before if after[path] != before[path] and "index" not in path}
        assert told == {path, "api/search-terms.json"}  # an agent is found by its prompt too


def test_only_the_prompts_that_changed_are_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where another process counted the rest; and the files are what they would be."""
    counted: list[str] = []
    really = search.count
    monkeypatch.setattr(search, "count", lambda prompt: counted.append(prompt) or really(prompt))

    def files(specs: dict[str, AgentSpec], memory: Memory) -> dict[str, bytes]:
        catalogue = Catalogue(library=library_of(specs.values()), memory=memory)
        return {asset.path: asset.content for asset in search_index.assets(Site(catalogue))}

    before, store = harbour(), Store(tmp_path)
    files(before, Memory(store))
    assert sorted(counted) == sorted({spec.prompt for spec in before.values()})
    store.close()
    counted.clear()
    after = {**before, "harbour/query-tuner": replace(before["harbour/query-tuner"], sections=(Section(text="Ask."),))}
    warm = files(after, Memory(Store(tmp_path)))
    assert counted == ["Ask."]
    assert warm == files(after, Memory())


def test_cards_and_facets_say_what_the_index_says(press: Site, files: dict[str, Any]) -> None:
    cards, made = files["api/search.json"], press.made
    agents = list(press.catalogue.agents.items())
    assert cards["ids"] == [spec.id for _, spec in agents]
    assert cards["titles"] == [made.cards[key].title for key, _ in agents]
    shown = [name or spec_id.rpartition("/")[2] for name, spec_id in zip(cards["names"], cards["ids"], strict=True)]
    assert shown == [made.cards[key].name for key, _ in agents]
    facets = {facet["id"]: facet for facet in cards["facets"]}
    assert " ".join(facets) == "collection category access tool tier format language license health"
    for at, (key, spec) in enumerate(agents):
        values = {id_: values_of(facet)[at] for id_, facet in facets.items()}
        assert values["collection"] == {key.partition("/")[0]}
        assert values["category"] == set(spec.derived.categories)
        assert values["tool"] == ({tool.name for tool in spec.tools.allow or ()} if spec.tools else set())
        assert values["access"] == {b.id if b.id != "other" else b.word for b in made.cards[key].access}
        assert values["tier"] == {spec.derived.model_tier or "not stated"}


def test_health_is_the_gravest_finding(press: Site, files: dict[str, Any]) -> None:
    facet = next(facet for facet in files["api/search.json"]["facets"] if facet["id"] == "health")
    assert [value for value, _ in facet["values"]] == [v for v in search_index.HEALTH if v in dict(facet["values"])]
    for at, key in enumerate(press.catalogue.agents):
        found = [finding.rule.severity for finding in press.catalogue.findings.get(key, ())]
        value = facet["values"][facet["of"][at]][0]
        order = ["sound", "info", "warning", "loss", "error"]
        assert order.index(value) >= order.index(max(found).word if found else "sound")


def test_every_word_of_a_prompt_finds_it(press: Site, files: dict[str, Any]) -> None:
    """Each word lies in the file whose beginning is the last at or before it."""
    starts = files["api/prompts/index.json"]["starts"]
    assert starts == sorted(starts)
    held: dict[str, list[int]] = {}
    for number in range(len(starts)):
        said = files[f"api/prompts/{number}.json"]
        words = said["terms"].split(" ")
        assert words[0] == starts[number]
        assert words == sorted(words)
        held |= dict(zip(words, map(unpacked, said["postings"].split(" ")), strict=True))
    assert list(held) == sorted(held)
    for at, (key, spec) in enumerate(press.catalogue.agents.items()):
        for word in search.words(spec.prompt):
            if search.stem(word) not in search.tables().quiet:
                here = at in {posting >> indexing.BITS for posting in held.get(search.stem(word), [])}
                assert here == (press.catalogue.publish(key) == "full"), (key, word)


def test_what_may_not_be_told_cannot_be_searched() -> None:
    secret = _agent(
        "quiet-one", "Says little.", prompt="zanzibar", named=(("loud-one", "madagascar"),), collection="quiet"
    )
    secret = replace(secret, description="Says little. mauritius", when_to_use="comoros")
    loud = _agent("loud-one", "Says much.", collection="loud")
    told = {"quiet": Collection("quiet", publish="summary"), "loud": Collection("loud", publish="full")}
    site = Site(Catalogue(library=library_of([secret, loud], told)))
    published = b"".join(asset.content for asset in search_index.assets(site)).decode()
    assert "littl" in published
    assert not [word for word in ("zanzibar", "madagascar", "mauritiu", "comoro") if word in published]


def test_large_shelves_are_cut_into_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_SHARD", 20)
    site = Site(Catalogue(library=library_of(harbour().values())))
    shards = [a for a in search_index.assets(site) if a.path.startswith("api/prompts/") and "index" not in a.path]
    assert 2 <= len(shards) <= 256
    words = [word for shard in shards for word in json.loads(shard.content)["terms"].split(" ")]
    assert len(words) == len(set(words))


def test_facets_count_what_a_choice_would_leave(press: Site, files: dict[str, Any], tmp_path: Path) -> None:
    """Within a facet any value will do, across facets each must; a facet's own choice does not lower its counts."""
    cards = files["api/search.json"]
    facets = {facet["id"]: facet for facet in cards["facets"]}
    of = {id_: values_of(facet) for id_, facet in facets.items()}
    choices: list[dict[str, list[str]]] = [
        {},
        {"access": ["shell"]},
        {"access": ["shell", "mcp"]},
        {"access": ["shell"], "collection": ["harbour", "market"]},
        {"collection": ["nowhere"]},
        {"nonsense": ["x"], "health": ["warning", "sound", "info"]},
    ]

    def fits(at: int, choice: dict[str, list[str]]) -> bool:
        return all(of[id_][at] & set(values) for id_, values in choice.items() if id_ in of)

    empty = {
        "tables": search.tables().document(),
        "factors": dict(search.FACTORS),
        "terms": "",
        "postings": "",
        "agents": [],
    }
    answered = in_node(tmp_path, terms=empty, queries=[], cards=cards, choices=choices)
    for choice, said in zip(choices, answered["chosen"], strict=True):
        assert sorted(said["matched"]) == [at for at in range(len(cards["ids"])) if fits(at, choice)]
        for facet, counts in zip(cards["facets"], said["counts"], strict=True):
            others = {id_: values for id_, values in choice.items() if id_ != facet["id"]}
            left = [at for at in range(len(cards["ids"])) if fits(at, others)]
            assert counts == [sum(value in of[facet["id"]][at] for at in left) for value, _ in facet["values"]]
        assert sorted(at for group in said["groups"] for at in group) == sorted(said["matched"])
    assert answered["urls"] == [press.made.cards[key].href for key in press.catalogue.agents]


def test_the_page_lists_everything_by_collection_without_a_script(press: Site) -> None:
    html = press.fragment("catalogue", "../")
    listed = html[html.index("<noscript>") :]
    for name in press.catalogue.members:
        assert f'href="../collections/{name}/"' in listed
    first = [result.card.href for result in search_index.facts(press)["results"]]
    assert len(first) == len(set(first)) == min(search_index.FIRST, len(press.catalogue.variants))
    assert all(f'href="../{href}"' in html for href in first)
