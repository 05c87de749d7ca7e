"""`specs search`: who is found, why, among whom, and what is told where nobody is."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from test_find import harbour

from converters import load_library, search
from converters.cli import specs
from converters.cli._layout import columns
from converters.cli.search_ import _why
from converters.fields import access_of_spec
from converters.formats import FORMATS
from converters.library import Library
from converters.report import report

SPECS = Path(__file__).parents[1] / "specs"


def run(*words: str, source: Path | str | None = SPECS) -> Result:
    return CliRunner().invoke(specs, ["search", *words, *(["--from", str(source)] if source else [])])


def asked(*words: str, source: Path | str = SPECS) -> Any:
    done = run(*words, "--json", source=source)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def keys(said: Any) -> list[str]:
    return [agent["key"] for agent in said["agents"]]


@cache
def library() -> Library:
    return load_library(SPECS)


@cache
def finder() -> search.Finder:
    return search.Finder({library().key(spec): spec for spec in library().agents})


def test_skills_can_be_left_out_or_asked_for(tmp_path: Path) -> None:
    """Of a folder that holds both: they are agents, and their format tells them."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "tide-forecaster.md").write_text(
        "---\nname: tide-forecaster\ndescription: Forecasts tides.\ntools: Read\n---\nYou do.\n"
    )
    (tmp_path / "skills" / "read-tides").mkdir(parents=True)
    (tmp_path / "skills" / "read-tides" / "SKILL.md").write_text(
        "---\nname: read-tides\ndescription: Reads tides.\n---\nRead.\n"
    )
    assert len(asked("tides", source=tmp_path)["agents"]) == 2
    for wanted, name in (("claude-code", "tide-forecaster"), ("agent-skill", "read-tides")):
        assert [agent["name"] for agent in asked("tides", "--in-format", wanted, source=tmp_path)["agents"]] == [name]
        listed = CliRunner().invoke(specs, ["list", str(tmp_path), "--in-format", wanted, "--json"])
        assert [agent["name"] for agent in json.loads(listed.stdout)["agents"]] == [name]
    none = run("tides", "--in-format", "codex", source=tmp_path)
    assert none.exit_code != 0 and "No agent here has the format 'codex'" in none.stderr
    none = CliRunner().invoke(specs, ["list", str(tmp_path), "--in-format", "codex"])
    assert none.exit_code != 0 and "No agent here is written in codex." in none.stderr
    assert "1 agent and 1 skill in 1 collection" in CliRunner().invoke(specs, ["list", str(tmp_path)]).stderr
    hidden = run("tides", "--in-format", "agent-skill", "--access", "read", source=tmp_path)
    assert hidden.exit_code == 0


def test_a_list_has_names_whole_for_the_next_command(tmp_path: Path) -> None:
    long, longer = "harbour-scaffolding-berth-allocation-architect", "quay-" * 16 + "keeper"
    for name in (long, longer, "pilot-guide"):
        (tmp_path / f"{name[:20]}.md").write_text(f"---\nname: {name}\ndescription: {'Does it well. ' * 9}\n---\nDo.\n")
    lines = CliRunner().invoke(specs, ["list", str(tmp_path)]).stdout.splitlines()
    assert max(map(columns, lines)) <= 80
    assert any(line.startswith(f"  {long}  Does it") for line in lines)
    assert longer in "".join(line.strip() for line in lines)
    assert any(line.startswith(f"  {'pilot-guide':<28}  Does it") for line in lines)


# --- who is found ----------------------------------------------------------------------------------


def test_the_ranking_is_the_one_of_the_site() -> None:
    """Which `test_find` holds equal to the browser's."""
    for words in ("is there enough water for my ship", "check facts"):
        hits = search.find(finder().index, words)
        assert len(hits) > 3
        assert keys(asked(*words.split(), "--limit", "50")) == [hit.key for hit in hits]


def test_plain_words_find_the_agent_and_say_why() -> None:
    said = asked("tide", "forcast")
    best = said["agents"][0]
    assert best["key"] == "harbour/01-operations/tide-forecaster"
    assert said["read_as"] == {"forcast": "forecaster"}
    assert [(one["said"], one["word"]) for one in best["why"]] == [("tide", "tide"), ("forcast", "forecaster")]
    assert all(one["where"][0] == "name" for one in best["why"])
    shown = run("tide", "forcast", "--limit", "1")
    assert shown.stdout.splitlines()[0] == 'Read "forcast" as "forecaster".'
    assert "tide-forecaster" in shown.stdout and "harbour/01-operations" in shown.stdout
    assert f"{said['total'] - said['likely']} more answer less of it (--limit {said['total']})" in shown.stderr


def test_who_says_little_of_many_words_is_left_to_those_who_ask_for_more() -> None:
    words_ = ("when", "do", "the", "tides", "let", "a", "ship", "berth")
    said = asked(*words_)
    few, all_ = len(said["agents"]), asked(*words_, "--limit", "99")["agents"]
    assert 0 < few == said["likely"] < said["total"] == len(all_)
    assert keys(said) == [agent["key"] for agent in all_[:few]]
    assert said["agents"][-1]["score"] >= 0.33 * all_[0]["score"] > all_[few]["score"]
    shown = run(*words_)
    told = f"less of it (--limit {said['total']})"
    assert f"{few} names in {SPECS}; {said['total'] - few} more " in shown.stderr
    assert told in shown.stderr and len(shown.stdout.split("\n\n")) == few
    assert told not in run(*words_, "--limit", "99").stderr


def test_reasons_tell_a_spelling_from_a_word_of_like_meaning_and_from_a_part() -> None:
    def why(text: str, **said: str) -> str:
        spec = replace(harbour()["harbour/tide-forecaster"], name="one", tags=(), **said)  # type: ignore[arg-type]
        spec = replace(spec, derived=replace(spec.derived, title="One", summary=said["description"]))
        (result,) = search.Finder({"h/one": spec}).ask(text).results
        return "; ".join(_why(reason).partition(" in ")[0] for reason in result.reasons)

    assert why("postgres", description="Keeps PostgreSQL.") == '"postgres" (postgresql)'
    assert why("k8s", description="Moors Kubernetes.") == '"k8s" (kubernetes)'
    assert why("german ", description="Can translate.") == '"translate" for "german",'
    assert why("data pipeline", description="Keeps data.") == '"data" of "data pipeline"'
    assert why("tides", description="Reads the tide.") == '"tides"'


def _found(text: str, **summaries: str) -> dict[str, list[tuple[str, str]]]:
    """Of agents that are nothing but a name and a summary, those found, the likeliest first, each with its reasons."""
    spec = replace(harbour()["harbour/tide-forecaster"], tags=(), sections=(), title=None)
    agents = {
        f"h/{name}": replace(
            spec, id=name, name=name, description=said, derived=replace(spec.derived, title=None, summary=said)
        )
        for name, said in summaries.items()
    }
    made = search.Finder(agents).ask(text).results
    return {result.key[2:]: [(one.said, one.word) for one in result.reasons] for result in made}


def test_a_reason_is_what_an_agent_was_found_by() -> None:
    """Of several words that may be meant the one that says most of the agent; the very word where it is there."""
    others = {f"clerk{number}": f"Keeps berth {number} and its security." for number in range(9)}
    (found, *_) = _found("breach", ada="Forensic work, and security.", **others).items()
    assert found == ("ada", [("breach", "forensic")])
    (found, *_) = _found("breach", ada="Forensic work after a breach.", **others).items()
    assert found == ("ada", [("breach", "breach")])


def test_what_says_little_is_a_reason_in_a_name_or_where_there_is_no_other() -> None:
    found = _found("our tide tables are too high", ada="Reads tide tables.", bo="High cranes and tide tables.")
    assert found == {name: [("tide", "tide"), ("tables", "tables")] for name in found} and set(found) == {"ada", "bo"}
    assert _found("too high", bo="High cranes and tide tables.") == {"bo": [("high", "high")]}
    assert _found("high tide", high="Of the tide.")["high"] == [("high", "high"), ("tide", "tide")]


def test_who_asks_for_one_thing_is_not_given_its_neighbour() -> None:
    reviews = {"ada": "Reviews code before it is merged.", "bo": "Merged two harbours.", "cy": "Opens pull requests."}
    assert list(_found("a pull request", **reviews)) == ["cy"]
    assert set(_found("merge", **reviews)) == {"ada", "bo", "cy"}
    thefts = {"ada": "Detects fraud in payments.", "bo": "Responds to security incidents."}
    assert list(_found("someone stole our passwords", **thefts)) == ["bo"]


WORDS = st.lists(
    st.sampled_from(
        [
            "tide",
            "berths",
            "sql",
            "make",
            "faster",
            "errors",
            "revew",
            "pull",
            "request",
            "C++",
            "the",
            "low",
            "water",
            "税",
            "zz",
            "frontend",
        ]
    ),
    max_size=5,
).map(" ".join)


@given(WORDS, st.booleans())
def test_every_reason_stands_where_it_says(text: str, inside: bool) -> None:
    made = search.Finder(harbour())
    spoken = search.index.spoken_of(harbour())
    for result in made.ask(text, inside=inside).results:
        spec = harbour()[result.key]
        texts = {**search.index.texts_of(spec, spoken.get(spec.name, ())), "prompt": spec.prompt}
        for reason in result.reasons:
            assert reason.where and reason.said in " ".join(search.words(text))
            stems = {search.stem(word) for word in reason.word.split()}
            for name in reason.where:
                assert stems & set(map(search.stem, search.words(texts[name]))), (reason, name)
        if text.strip():
            assert result.reasons, (text, result.key)
        if result.passage:
            assert inside and set(search.words(result.passage)) <= set(search.words(spec.prompt))


def test_inside_finds_every_word_and_shows_the_place() -> None:
    said = asked("barometer", "--inside", "--limit", "50")
    having = {
        library().key(spec) for spec in library().agents if {"barometer", "barometers"} & set(search.words(spec.prompt))
    }
    assert {key for agent in said["agents"] for key in (agent["key"], *agent["variants"])} == having
    assert all("baromet" in agent["passage"].lower() for agent in said["agents"])


# --- among whom ------------------------------------------------------------------------------------


def test_values_of_a_filter_add_up_and_filters_narrow_each_other() -> None:
    everybody = library().agents
    both = asked("--category", "safety,operations", "--limit", "99")
    fitting = {library().key(s) for s in everybody if {"safety", "operations"} & set(s.derived.categories)}
    assert {key for agent in both["agents"] for key in (agent["key"], *agent["variants"])} == fitting
    narrow = asked("--access", "shell", "--collection", "workshop", "--limit", "99")
    found = {key for agent in narrow["agents"] for key in (agent["key"], *agent["variants"])}
    workshop = library().in_collection("workshop")
    assert found == {library().key(s) for s in workshop if "shell" in access_of_spec(s)}
    assert 0 < len(found) < len(workshop)


def test_who_named_no_tools_may_do_everything() -> None:
    said = asked("--access", "everything", "--limit", "99")
    unnamed = {library().key(s) for s in library().agents if s.tools is None or s.tools.allow is None}
    assert {key for agent in said["agents"] for key in (agent["key"], *agent["variants"])} == unnamed
    tool = asked("--tool", "web-fetch", "--limit", "99")
    naming = {
        library().key(s) for s in library().agents if s.tools and "web-fetch" in {t.name for t in s.tools.allow or ()}
    }
    assert {key for agent in tool["agents"] for key in (agent["key"], *agent["variants"])} == naming


def test_to_leaves_those_whose_access_would_not_grow() -> None:
    said = asked("--to", "codex", "--limit", "99")
    codex = FORMATS["codex"]
    safe = {library().key(s) for s in library().agents if not report(s, codex).gains}
    assert {key for agent in said["agents"] for key in (agent["key"], *agent["variants"])} <= safe
    assert 0 < len(safe) < len(library().agents)
    assert said["unfit"] > 0


def test_a_filter_is_spelled_as_one_likes_or_told() -> None:
    assert asked("--category", "Safety")["total"] == asked("--category", "safety")["total"] > 0
    wrong = run("tide", "--category", "sfety")
    assert wrong.exit_code
    assert "No agent here has the category 'sfety'. Did you mean safety?" in wrong.stderr
    listed = run("tide", "--collection", "zzz")
    assert listed.exit_code
    assert "harbour" in listed.stderr and "newsroom" in listed.stderr


def test_misuse_is_told() -> None:
    assert run().exit_code == 2
    assert "Say what you look for" in run().stderr
    assert run("x" * 501).exit_code == 2
    assert run("tide", "--to", "codex,roo").exit_code == 2
    assert run("tide", "--to", "agents-mdd").exit_code == 2
    assert run("tide", source="nowhere-at-all").exit_code == 2


# --- nobody ----------------------------------------------------------------------------------------


def test_nobody_is_an_answer_with_ways_on() -> None:
    """`crosswords` is spelled nearly as nothing, `barnacleometer` is; the prompts say what names do not."""
    made = search.Finder(harbour())
    assert made.ask("barnacle").total == 0
    assert made.ask("barnacle", inside=True).total == 2
    assert made.ask("registry").total and made.near("registrer")[0] == "register"
    done = run("xyzzyq")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == 'No agent answers "xyzzyq".'
    assert "specs list" in done.stdout
    assert asked("xyzzyq") | {"query": ""} == {
        "query": "", "total": 0, "likely": 0, "unfit": 0, "agents": [], "read_as": {}, "unknown": ["xyzzyq"],
        "did_you_mean": {},
    }  # fmt: skip


def test_what_a_filter_hides_is_told() -> None:
    done = run("obituary", "--collection", "harbour")
    assert done.exit_code == 0
    assert "and fits" in done.stdout and "without --collection harbour: " in done.stdout


# --- where -----------------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A published catalogue of two agents, and one whose index is none."""
    agents = [
        {"collection": "quay", "id": "01/tide-clerk", "name": "tide-clerk", "summary": "Knows the tides.",
         "categories": ["water"], "tools": ["read"], "access": ["read"], "format": "roo"},
        {"collection": "quay", "id": "crane-clerk", "name": "crane-clerk", "summary": "Counts \x1b[31mcranes.",
         "tools": "none of your business", "access": ["everything"]},
    ]  # fmt: skip
    for name, said in (("base", {"agents": agents}), ("broken", {"agents": [{"id": 3}]})):
        (tmp_path / name / "api").mkdir(parents=True)
        (tmp_path / name / "api" / "index.json").write_text(json.dumps(said), encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_published_catalogue_is_searched_by_its_index(site: str) -> None:
    assert keys(asked("high", "tides", source=f"{site}/base")) == ["quay/01/tide-clerk"]
    assert keys(asked("clerk", "--access", "everything", source=f"{site}/base/")) == ["quay/crane-clerk"]
    shown = run("cranes", source=f"{site}/base")
    assert "\x1b" not in shown.output and "\\x1b[31mcranes" in shown.stdout
    inside = run("clerk", "--inside", source=f"{site}/base")
    assert inside.exit_code == 2 and "only the index is searched: it has no prompts" in inside.stderr
    for words_ in ("cranes", "nobodyatall"):  # what was searched is told with an answer and without
        assert "An index has no prompts." in run(words_, source=f"{site}/base").stderr
    assert "An index has no prompts." not in run("tides").stderr
    assert "not there" in run("clerk", source=f"{site}/nothing").stderr
    assert "is not the index of a catalogue" in run("clerk", source=f"{site}/broken").stderr


def test_a_folder_of_raw_agents_is_searched_and_fits_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "agents"
    folder.mkdir()
    long = "harbour-" * 12
    for number in range(3):
        said = f'"Watches \\e]0;x\\a the 潮汐潮汐 tide. {"word " * 60}"'
        text = f"---\nname: {long}{number}\ndescription: {said}\n---\nTide.\n"
        (folder / f"{long}{number}.md").write_text(text, encoding="utf-8")
    done = run("tide", source=folder)
    assert done.exit_code == 0
    assert done.stdout.count("tide") >= 3
    assert "\x1b" not in done.output and "\x07" not in done.output
    assert max(map(columns, done.stdout.splitlines())) <= 80


def test_names_that_can_be_installed_are_shown_whole(tmp_path: Path) -> None:
    """Two that differ only at the end of a long name are told apart, and so are their folders."""
    for end in ("optimiser", "architect"):
        folder = tmp_path / "agents" / f"pier-and-quay-operations-{end}"
        folder.mkdir(parents=True)
        text = f"---\nname: pier-and-quay-operations-gauge-{end}\ndescription: Reads gauges.\n---\nGauges.\n"
        (folder / f"gauge-{end}.md").write_text(text, encoding="utf-8")
    done = run("gauge", source=tmp_path / "agents")
    for end in ("optimiser", "architect"):
        assert f"pier-and-quay-operations-gauge-{end}\n" in done.stdout
        assert f"  agents/pier-and-quay-operations-{end}/gauge-{end}\n" in done.stdout


def test_where_there_is_no_library_the_option_that_names_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, option in (
        (["search", "tide"], "--from"),
        (["install", "x", "--to", "roo"], "--from"),
        (["team", "x"], "--in"),
    ):
        done = CliRunner().invoke(specs, words)
        assert done.exit_code
        assert f"name a library or a folder with {option}." in done.stderr


def test_examples_of_the_help_stand_on_lines_of_their_own() -> None:
    said = CliRunner().invoke(specs, ["search", "--help"]).stdout
    assert "\n    specs search make my site faster\n" in said and "\\b" not in said
