"""Findings as SARIF 2.1.0, which code scanning of GitHub and many editors read.

<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, read 2026-11-21.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from converters.check._checked import Checked, Suppressed
from converters.check.fingerprints import fingerprint
from converters.findings import ERROR, FAMILIES, INFO, LOSS, RULES, WARNING, Finding, Rule, Span, place, unfilled
from converters.secrecy import veiled
from converters.vocabulary import load

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_TOOL = "agent-specs"
_BASE = "%SRCROOT%"
_LEVELS = {INFO: "note", WARNING: "warning", LOSS: "warning", ERROR: "error"}
_PROBLEMS = {INFO: "recommendation", WARNING: "warning", LOSS: "warning", ERROR: "error"}
_SCORES = {INFO: "2.0", WARNING: "5.0", LOSS: "5.0", ERROR: "8.0"}
"""How grave a rule of security is to GitHub: low, medium, high."""


def to_sarif(checked: Iterable[Checked], version: str) -> bytes:
    """One run of the tool at `version`: its rules, every finding, and those that somebody suppressed."""
    told: list[tuple[Finding, str | None, Suppressed | None]] = []
    for one in checked:
        told += [(finding, one.text, None) for finding in one.findings]
        told += [(hushed.finding, one.text, hushed) for hushed in one.suppressed]
    told.sort(key=lambda case: (case[0].span.path, case[0].span.start, case[0].rule.code, case[2] is not None))
    rules = sorted({finding.rule.code for finding, _, _ in told})
    hushes = any(hushed for _, _, hushed in told)
    seen: Counter[tuple[str, str]] = Counter()
    results = []
    for finding, text, hushed in told:
        print_ = fingerprint(finding, text)
        seen[finding.span.path, print_] += 1
        result = _result(finding, text, rules, f"{print_}:{seen[finding.span.path, print_]}")
        if hushes:
            result["suppressions"] = [_suppression(hushed)] if hushed else []
        results.append(result)
    driver = {"name": _TOOL, "semanticVersion": version, "rules": [_rule(RULES[code]) for code in rules]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "specs/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder in which the command was run."}}},
        "results": results,
    }
    said = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)
    return said.encode("utf-8", "backslashreplace") + b"\n"


def is_sarif(data: bytes) -> bool:
    """Whether a file is a report of ours."""
    try:
        return bool(json.loads(data)["runs"][0]["tool"]["driver"]["name"] == _TOOL)
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


def _rule(rule: Rule) -> dict[str, Any]:
    said = load("explanations").get(rule.code, {})
    why, bad, good = (str(said.get(key) or "").strip() for key in ("why", "bad", "good"))
    worded = unfilled(rule.wording)
    cure = f"To mend it: {rule.advice}." if rule.advice else ""
    properties: dict[str, Any] = {
        "tags": [FAMILIES[rule.code[0]].lower()],
        "problem.severity": _PROBLEMS[rule.severity],
        "severity": rule.severity.word,
    }
    if rule.code[0] == "X":
        properties["security-severity"] = _SCORES[rule.severity]
        properties["tags"] = ["security"]
    examples = f"For example:\n\n{_fenced(bad)}\n\nBetter:\n\n{_fenced(good)}" if bad and good else ""
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _sentence(f"{rule.name.replace('-', ' ')}: {worded}")},
        "fullDescription": {"text": _sentence(why or worded)},
        "help": {
            "text": "\n\n".join(filter(None, (why or worded, cure, f"`specs explain {rule.code}` says more."))),
            "markdown": "\n\n".join(filter(None, (why or worded, cure, examples))),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _result(finding: Finding, text: str | None, rules: list[str], print_: str) -> dict[str, Any]:
    rule = finding.rule
    said: dict[str, Any] = {
        "ruleId": rule.code,
        "ruleIndex": rules.index(rule.code),
        "level": _LEVELS[rule.severity],
        "message": {"text": finding.message + (f" ({finding.advice})" if rule.advice else "")},
        "locations": [{"physicalLocation": _location(finding.span, text)}],
        "partialFingerprints": {"primaryLocationLineHash": print_},
        "properties": {"severity": rule.severity.word},
    }
    fix = finding.fix
    if fix is not None and text is not None and veiled(fix.text) == fix.text:
        replacement = {"deletedRegion": _region(fix.span, text, empty=True), "insertedContent": {"text": fix.text}}
        said["fixes"] = [
            {
                "description": {"text": "mends it" if fix.safe else "mends it, and may change what is meant"},
                "artifactChanges": [{"artifactLocation": _artifact(fix.span.path), "replacements": [replacement]}],
            }
        ]
    return said


def _location(span: Span, text: str | None) -> dict[str, Any]:
    placed = text is not None and (span.start or span.stop)
    region = _region(span, text) if placed and text is not None else {"startLine": 1}
    return {"artifactLocation": _artifact(span.path), "region": region}


def _region(span: Span, text: str, *, empty: bool = False) -> dict[str, int]:
    """Lines and columns from 1, the end exclusive; a finding at no character is told by its start."""
    row, column = place(text, span.start)
    region = {"startLine": row, "startColumn": column}
    if span.stop > span.start or empty:
        region["endLine"], region["endColumn"] = place(text, span.stop)
    return region


def _artifact(path: str) -> dict[str, str]:
    """A path below the folder we run in as a relative reference, any other as it is on this machine."""
    inside = os.path.normpath(path).replace(os.sep, "/")
    if inside == ".." or inside.startswith("../") or Path(inside).is_absolute():
        here = Path(os.path.relpath(inside)).as_posix()
        if here.startswith("../"):
            there = Path(os.path.normpath(Path(inside).absolute())).as_posix()
            return {"uri": f"file://{_quoted(str(PurePosixPath('/', there)))}"}
        inside = here
    return {"uri": _quoted(inside), "uriBaseId": _BASE}


def _quoted(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")


def _suppression(hushed: Suppressed) -> dict[str, str]:
    said = {"kind": "inSource" if hushed.inside else "external"}
    return {**said, "justification": hushed.reason} if hushed.reason else said
