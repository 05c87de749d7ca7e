"""Commands that a client runs by itself: hooks, MCP servers, and what it expands in a prompt.

Nothing here is run, fetched or looked up: a command is judged by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from converters.check.security._page import Page, short
from converters.findings import (
    EXPANDED,
    LIKELY_SECRET,
    PLAIN_HTTP,
    RISKY_COMMAND,
    RUNS_COMMAND,
    UNPINNED,
    Finding,
    Span,
)
from converters.model import AgentSpec, Json
from converters.secrecy import masked, opens, secrets, stands_for

_SHELLS = r"(?:sudo\s+)?(?:env\s+)?(?:/usr)?(?:/bin/)?(?:ba|z|k|da|fi)?sh\b"
_RUNNERS = rf"(?:{_SHELLS}|(?:sudo\s+)?(?:python[\d.]*|perl|ruby|node|php|pwsh|powershell|iex|osascript)\b)"
_FETCH = r"(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\b"

_KEPT = r"(?:\.ssh/|\.aws/|\.netrc|\.npmrc|id_rsa|\.env\b(?!\.example)|/etc/(?:passwd|shadow))"
"""Where keys are kept."""

_DELETES = r"\brm\s+(?:--?[\w-]+\s+){0,4}-\w*r\w*\s+(?:--?[\w-]+\s+){0,4}[\"']?(?:/|~|\*|\$\{?home\b|\./?(?:\s|$))"

_HARMS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "opens a shell to another machine",
        ("/dev/", "nc", "netcat", "socat", "mkfifo", "socket", "tcpclient"),
        (
            r"/dev/(?:tcp|udp)/",
            r"\b(?:nc|ncat|netcat)\b[^|;&\n]{0,200}\s-\w{0,8}[ec]\b",
            r"\bsocat\b[^\n]{0,200}\bexec:",
            r"\bmkfifo\b[^\n]{0,200}\bnc\b",
            r"socket\.socket\([^\n]{0,400}(?:dup2|subprocess|pty\.spawn)",
            r"net\.sockets\.tcpclient",
        ),
    ),
    (
        "decodes what it runs",
        ("base64", "b64decode", "atob", "xxd", "powershell", "pwsh", "openssl"),
        (
            rf"base64\s+(?:-d|--decode)[^|\n]{{0,200}}\|\s*{_RUNNERS}",
            rf"openssl\s+(?:enc|base64)\s[^|\n]{{0,80}}-d[^|\n]{{0,200}}\|\s*{_RUNNERS}",
            rf"xxd\s+-r[^|\n]{{0,200}}\|\s*{_RUNNERS}",
            r"\b(?:powershell|pwsh)\b[^\n]{0,200}\s-e(?:nc|ncodedcommand)?\s+[a-z0-9+/=]{16}",
            r"\b(?:eval|exec|iex)\b[^\n]{0,80}(?:base64|b64decode|atob)",
        ),
    ),
    (
        "downloads what it runs",
        ("curl", "wget", "iwr", "irm", "invoke-", "downloadstring"),
        (
            rf"{_FETCH}[^|\n]{{0,400}}\|\s*(?:tee\s[^|\n]{{0,80}}\|\s*)?{_RUNNERS}",
            rf"{_SHELLS}\s+(?:-\w+\s+)?<\(\s*{_FETCH}",
            rf"(?:\b(?:eval|source)|-c)\s+[\"']?(?:\$\(|`|<\()\s*{_FETCH}",
            rf"{_FETCH}[^\n]{{0,300}}(?:&&|;)\s*(?:chmod\s+\S*[+7]|{_RUNNERS})",
            r"\biex\b[^\n]{0,80}(?:iwr|irm|invoke-webrequest|downloadstring)",
        ),
    ),
    (
        "sends files or variables away",
        ("curl", "wget", "nc", "scp", "rsync", "ftp"),
        (
            r"\bcurl\b[^\n]{0,300}\s(?:-[dFT]\s*|--(?:data(?:-\w+)?|form|upload-file)[ =])[\"']?\S{0,60}(?:@|\$\(|`)",
            r"\b(?:env|printenv|set|(?:cat|tar|zip|base64)\s[^|\n]{0,200})\s*\|[^\n]{0,80}\b(?:curl|wget|nc|ncat)\b",
            r"\bwget\b[^\n]{0,200}--post-(?:file|data)",
            rf"\b(?:curl|wget|nc|scp|rsync|ftp)\b[^\n]{{0,300}}{_KEPT}",
            rf"{_KEPT}[^\n]{{0,200}}\|[^\n]{{0,80}}\b(?:curl|wget|nc)\b",
        ),
    ),
    (
        "deletes all it can reach",
        ("rm", "mkfs", "dd", "remove-item", "find", "del", ":|:"),
        (
            _DELETES,
            r"\bmkfs(?:\.\w+)?\s",
            r"\bdd\b[^\n]{0,200}\bof=/dev/[a-z]*d",
            r":\(\)\s*\{\s*:\|:&",
            r"\bfind\s+[/~]\S*\s[^\n]{0,100}-delete",
            r"remove-item\b[^\n]{0,100}-recurse[^\n]{0,60}[a-z]:\\",
            r"\bdel\s+/[sq]\b",
        ),
    ),
    (
        "stays on the machine",
        ("crontab", "authorized_keys", "rc", "profile", "/etc/cron", "launchctl", "systemctl", "git/hooks"),
        (
            r"\bcrontab\s+-(?!l)",
            r">\s*\S{0,80}(?:authorized_keys|\.(?:bash|zsh)rc\b|\.(?:bash_)?profile\b|/etc/cron|\.git/hooks/)",
            r"\blaunchctl\s+load",
            r"\bsystemctl\s+enable",
        ),
    ),
    (
        "leaves its container",
        ("docker", "podman"),
        (r"\b(?:docker|podman)\b[^\n]{0,300}(?:--privileged|-v\s+/:|docker\.sock|--pid[= ]host)",),
    ),
    ("takes all rights", ("chmod", "sudoers"), (r"\bchmod\s+(?:-\w+\s+)?[0-7]?777\s+/", r">\s*/etc/sudoers")),
)
"""What a command does, the words one of which it then holds, and how it is known."""

_LOADERS = frozenset(
    {"LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "PROMPT_COMMAND", "PERL5OPT", "RUBYOPT",
     "NODE_OPTIONS", "PYTHONSTARTUP", "GIT_SSH_COMMAND"}
)  # fmt: skip
"""Variables that put other code into a program."""
_TAKES_CODE = re.compile(r"--(?:require|import|loader|experimental-loader)\b|(?:^|\s)-r\s")
"""What `NODE_OPTIONS` must hold to do so; it is mostly about memory."""

_COMMANDS = ("command", "cmd", "bash", "powershell", "run", "exec")
_ADDRESSES = ("url", "serverUrl", "httpUrl", "endpoint", "uri", "baseUrl")
_NEAR = re.compile(
    r"http://(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\."
    r"|[\w.-]*\.(?:local|internal|lan)\b|[\w-]+(?::\d+)?(?:/|$))",
    re.IGNORECASE,
)
"""An address of this machine, of a private network, or of a container."""

_EXPANDS = re.compile(r"(?<!\S)!`([^`\n]{2,200})`|!\{([^{}\n]{2,200})\}|\$\{shell\(([^\n]{2,200})\)\}")
_PACKAGES = re.compile(r"(?:^|\s)(npx|bunx|pnpx|pnpm\s+dlx|yarn\s+dlx|uvx|pipx\s+run|uv\s+tool\s+run)\s+([^\n|;&]*)")
_NAMES_PACKAGE = frozenset({"--package", "-p", "--from"})
"""Options of those programs whose value is the package; to `docker run`, `-p` is a port."""
_IMAGE = re.compile(r"(?:^|\s)(?:docker|podman)\s+run\s+([^\n|;&]*)")
_TAKES_VALUE = frozenset(
    {"-e", "--env", "-v", "--volume", "--name", "-p", "--publish", "--network", "--net", "-w", "--workdir", "--mount",
     "-u", "--user", "--entrypoint", "--env-file", "--platform", "-l", "--label", "-m", "--memory", "--add-host",
     "--pull"}
)  # fmt: skip
"""Options of `docker run` that the next word belongs to."""
_FILLED_IN = re.compile(r"\$\{\{[^{}\n]{0,200}\}\}")
_PINNED = re.compile(r".@v?\d|==|@[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Run:
    """One command that a client starts."""

    who: str
    """Whose it is, for people: "the hook `Stop`"."""
    line: str
    """The command and its arguments, as one line."""
    words: str
    """What of it stands in the file as it is."""


def harm(line: str) -> str | None:
    """What a command does that nobody would want, by its words; `None` where nothing is seen."""
    small = line.lower()
    for number, (does, words, _) in enumerate(_HARMS):
        if any(word in small for word in words) and _pattern(number).search(line):
            return does
    return None


@cache
def _pattern(number: int) -> re.Pattern[str]:
    return re.compile("|".join(_HARMS[number][2]), re.IGNORECASE)


def started(page: Page, spec: AgentSpec) -> Iterator[Finding]:
    """What hooks and servers run, fetch, set and reach."""
    for who, settings in _settings(spec):
        run = _run(who, settings)
        if run:
            yield from _judged(page, run)
        for name, value in _variables(settings):
            yield from _variable(page, who, name, value)
        for key in _ADDRESSES:
            url = settings.get(key)
            if isinstance(url, str) and url.lower().startswith("http://") and not _NEAR.match(url) and "server" in who:
                yield PLAIN_HTTP.at(_place(page, url), who=who, url=short(url))


def expanded(page: Page) -> Iterator[Finding]:
    """Commands in a prompt that some clients run before the model reads it."""
    if "!`" not in page.text and "!{" not in page.text and "${shell(" not in page.text:
        return
    for met in _EXPANDS.finditer(page.text):
        line = met[1] or met[2] or met[3]
        if met[1] is None and page.is_code(met.start()):
            continue
        does = harm(line)
        if does:
            yield RISKY_COMMAND.at(page.span(*met.span()), who="the prompt", does=does, command=short(line))
        else:
            yield EXPANDED.at(page.span(*met.span()), found=short(met[0]))


def _judged(page: Page, run: Run) -> Iterator[Finding]:
    place = _place(page, run.words)
    does = harm(run.line)
    if does:
        yield RISKY_COMMAND.at(place, who=run.who, does=does, command=short(run.line))
    else:
        yield RUNS_COMMAND.at(place, who=run.who, command=short(run.line))
    for package in _unpinned(run.line):
        yield UNPINNED.at(place, who=run.who, package=short(package))


def _settings(spec: AgentSpec) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The mappings that set something up, each with whose it is; those of hooks by their event."""
    yield from _servers(spec.mcp_servers)
    yield from _hooks(spec.hooks)
    for said in spec.extensions.values():
        for key, value in said.items():
            if "hook" in key.lower():
                yield from _hooks(value)
            elif "mcp" in key.lower():
                yield from _servers(value)
            else:
                yield from ((f"{key!r}", one) for one in _mappings(value) if _has_command(one))


def _servers(value: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Servers by their names: in a mapping, in a list of such, or in a list in which each says its own."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            continue
        if any(isinstance(one.get(key), str | list) for key in ("name", *_COMMANDS, *_ADDRESSES)):
            yield f"the MCP server {one['name']!r}" if "name" in one else "an MCP server", one
        else:
            yield from ((f"the MCP server {name!r}", said) for name, said in one.items() if isinstance(said, dict))


def _hooks(value: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    events: dict[str, Json] = value if isinstance(value, dict) else {"": value}
    for event, said in events.items():
        who = f"the hook {event!r}" if event else "a hook"
        if isinstance(said, str):
            yield who, {"command": said}
        yield from ((who, one) for one in _mappings(said))


def _mappings(value: Json) -> Iterator[dict[str, Json]]:
    """Every mapping inside a value, the outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)


def _has_command(said: Mapping[str, Json]) -> bool:
    return any(isinstance(said.get(key), str) for key in ("command", "cmd")) and ("args" in said or "type" in said)


def _run(who: str, settings: Mapping[str, Json]) -> Run | None:
    for key in _COMMANDS:
        said = settings.get(key)
        words = said if isinstance(said, list) else [said]
        if not words or not all(isinstance(word, str) for word in words):
            continue
        more = settings.get("args")
        line = [str(word) for word in (*words, *(more if isinstance(more, list) else ()))]
        if not line[0].strip():
            continue
        longest = max(line, key=len)
        return Run(who, " ".join(line), longest if harm(longest) else line[0])
    return None


def _variables(settings: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key in ("env", "environment", "envs", "headers", "http_headers", "requestInit"):
        said = settings.get(key)
        if isinstance(said, dict):
            yield from ((name, value) for name, value in said.items() if isinstance(value, str))


def _variable(page: Page, who: str, name: str, value: str) -> Iterator[Finding]:
    if name.upper() in _LOADERS and (name.upper() != "NODE_OPTIONS" or _TAKES_CODE.search(value)):
        line = f"{name}={value}"
        yield RISKY_COMMAND.at(
            _place(page, name), who=who, does="puts other code into its programs", command=short(line)
        )
    bare = value.removeprefix("Bearer ").removeprefix("Basic ").removeprefix("token ").strip()
    if opens(name) and not stands_for(bare) and " " not in bare and not secrets(value):
        yield LIKELY_SECRET.at(_place(page, bare), what=f"{name!r} of {who}", shown=masked(bare))


def _place(page: Page, words: str) -> Span:
    """Where words first stand in the file as they are; its beginning where they are spelled otherwise."""
    words = next((line.strip() for line in words.splitlines() if line.strip()), "")
    at = page.text.find(words)
    return page.span(at, at + len(words)) if at >= 0 and words else page.span(0, 0)


def _unpinned(line: str) -> Iterator[str]:
    """Packages and images that are fetched in whatever version is newest."""
    line = _FILLED_IN.sub("$", line)
    for met in _PACKAGES.finditer(line):
        package = _package(met[2].split(), _NAMES_PACKAGE)
        if (
            package
            and not re.search(r"@\d|@v\d|==|@[0-9a-f]{40}", package[1:])
            and not package.startswith((".", "/", "-", "$"))
        ):
            yield package
    for met in _IMAGE.finditer(line):
        image = _package(met[1].split())
        if image and "@sha256:" not in image and (":" not in image.rpartition("/")[2] or image.endswith(":latest")):
            yield image


def _package(words: list[str], naming: frozenset[str] = frozenset()) -> str | None:
    """What is fetched, behind the options: the value of one in `naming`, else the first word that is none."""
    skip = False
    for number, word in enumerate(words):
        if word in naming and number + 1 < len(words):
            return words[number + 1]
        if skip:
            skip = False
        elif word in _TAKES_VALUE:
            skip = True
        elif not word.startswith("-"):
            return word
    return None
