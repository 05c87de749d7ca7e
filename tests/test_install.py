"""`specs install`: from a library, from a folder, from a published catalogue, and from nowhere."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from trips import understood

from converters import canonical
from converters.cli import specs
from converters.library import Library
from converters.published import Published, Unreachable

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = (
    "harbour/02-safety/incident-commander.md",
    "workshop/03-delivery/incident-commander.md",
    "newsroom/fact-checker.md",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The addresses of a published site that installing asks for, below a sub-path."""
    root = tmp_path / "served" / "base"
    agents = []
    for file in FILES:
        collection, _, path = file.partition("/")
        (spec,) = understood((EXAMPLES / file).read_bytes(), path, collection=collection).specs
        agents.append({"collection": collection, "id": spec.id, "name": spec.name})
        document = root / "agents" / Library.key(spec) / "agent.yaml"
        document.parent.mkdir(parents=True)
        document.write_text(canonical.dump(spec), encoding="utf-8")
    agents.append({"collection": "harbour", "id": "kept-back", "name": "kept-back"})
    (root / "api").mkdir()
    (root / "api" / "index.json").write_text(json.dumps({"schema_version": 1, "agents": agents}), encoding="utf-8")
    (root / "broken").mkdir()
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path / "served"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/base"
    server.shutdown()


def install(*words: str) -> Result:
    return CliRunner().invoke(specs, ["install", *words])


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".specs-manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("target", ["claude-code", "codex", "opencode-json", "roo"])
def test_what_is_installed_from_a_site_is_what_convert_writes(target: str, site: str, tmp_path: Path) -> None:
    done = install("fact-checker", "--to", target, "--from", site, "--project", str(tmp_path / "here"), "-q",
                   "--access", "allow")  # fmt: skip
    assert done.exit_code == 0, done.output
    out = tmp_path / "there"
    CliRunner().invoke(
        specs, ["convert", str(EXAMPLES / FILES[2]), "--to", target, "-o", str(out), "-q", "--access", "allow"]
    )
    assert files(tmp_path / "here") == files(out) != {}


def test_from_a_folder_and_again(tmp_path: Path) -> None:
    words = ("fact-checker", "--to", "claude-code", "--from", str(EXAMPLES / "newsroom"), "--project", str(tmp_path))
    first, again = install(*words), install(*words)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "1 file written, 0 unchanged" in first.output
    assert "0 files written, 1 unchanged" in again.output


def test_nothing_of_a_users_is_overwritten_unasked(site: str, tmp_path: Path) -> None:
    mine = tmp_path / ".claude" / "agents" / "fact-checker.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    words = ("fact-checker", "--to", "claude-code", "--from", site, "--project", str(tmp_path))
    assert install(*words).exit_code == 1
    assert mine.read_text() == "mine\n"
    assert install(*words, "--dry-run", "--force").exit_code == 0
    assert mine.read_text() == "mine\n"
    assert install(*words, "--force").exit_code == 0
    assert mine.read_text() != "mine\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("incident-commander", "--to", "codex", "--from", "{site}"), "2 agents go by 'incident-commander'"),
        (("nobody", "--to", "codex", "--from", "{site}"), "There is no agent 'nobody'"),
        (("kept-back", "--to", "codex", "--from", "{site}"), "not there, or not given out"),
        (("x", "--to", "codex", "--from", "{site}/broken"), "not there, or not given out"),
        (("x", "--to", "codex", "--from", "http://127.0.0.1:1/"), "http://127.0.0.1:1/api/index.json"),
        (("x", "--to", "canonical", "--from", "{site}"), "one format of a tool"),
        (("x", "--to", "codex", "--from", "file:///etc"), "file:///etc"),
    ],
)
def test_what_cannot_be_had_is_said(words: tuple[str, ...], said: str, site: str, tmp_path: Path) -> None:
    done = install(*(word.replace("{site}", site) for word in words), "--project", str(tmp_path / "here"))
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "here").exists()


def test_an_agent_is_told_apart_by_its_key(site: str, tmp_path: Path) -> None:
    key = "workshop/03-delivery/incident-commander"
    here = tmp_path / "here"
    done = install(key, "--to", "claude-code", "--from", site, "--project", str(here), "-q")
    assert done.exit_code == 0, done.output
    assert files(here) == {".claude/agents/incident-commander.md": (EXAMPLES / f"{key}.md").read_bytes()}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.example/", "data:,x", "x"])
def test_only_the_web_is_asked(address: str) -> None:
    with pytest.raises(Unreachable):
        Published(address)
