"""Agents of the graph on the terminal: who is meant by a name, what lies around one, how one leads to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from converters.cli._card import topic
from converters.cli._layout import WIDTH, Page, columns, count, cut, left, plain, wrapped
from converters.cli._library import ambiguous
from converters.findings import printable

if TYPE_CHECKING:
    from converters.graph import Network, Step


def meant(network: Network, name: str) -> str:
    """The key of the one agent a name means; ends the run where it means none, or several."""
    from converters.graph import find

    found = find(network, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(ambiguous(name, found))
    from difflib import get_close_matches

    from converters.identity import slug

    names = {slug(str(facts["name"])): str(facts["name"]) for _, facts in network.nodes(data=True)}
    near = [names[word] for word in get_close_matches(slug(name), names, 3)]
    hint = f" Did you mean {' or '.join(map(printable, near))}?" if near else ""
    raise click.ClickException(f"There is no agent {name!r}.{hint}")


def called(network: Network, key: str) -> str:
    """An agent's name, else its key."""
    return str(network.nodes[key]["name"]) or key


def relation(word: str) -> str:
    """A relation in plain words."""
    return word.replace("_", " ")


def neighbourhood(page: Page, network: Network, center: str) -> None:
    """Each agent with whom it names and who names it, the one asked for first."""
    others = [
        key for key in network if key != center and network.out_degree(key) and network.nodes[key]["kind"] == "agent"
    ]
    for key in (center, *others):
        facts = network.nodes[key]
        missing = facts["kind"] == "missing"
        page.heading(cut(str(facts["title"] or key), WIDTH))
        page.line(f"  {cut(key.lstrip('?'), WIDTH - 12)}" + (" (missing)" if missing else ""))
        if key == center:
            page.lines(wrapped(str(facts.get("summary") or ""), first="  ") if facts.get("summary") else ())
            page.lines(_suggested(facts))
        spoken = [(v, said) for _, v, said in network.out_edges(key, data=True)]
        heard = [(u, said) for u, _, said in network.in_edges(key, data=True)] if key == center else []
        _told(page, network, "names", spoken)
        _told(page, network, "is named by", heard)
        if key == center and not spoken and not heard:
            page.line("  names nobody and is named by nobody")


def _suggested(facts: dict[str, Any]) -> Sequence[str]:
    names = facts.get("suggestions")
    return list(wrapped(f"did you mean {' or '.join(names)}?", first="  ")) if names else ()


def _told(page: Page, network: Network, label: str, ties: list[tuple[str, dict[str, Any]]]) -> None:
    if not ties:
        return
    page.line(f"  {label} {count(len({key for key, _ in ties}), 'agent')}" if len(ties) > 1 else f"  {label}")
    relations = max(len(str(said["relation"])) for _, said in ties)
    width = min(32, max(columns(plain(called(network, key))) for key, _ in ties))
    for key, said in ties:
        head = f"    {left(relation(str(said['relation'])), relations)}  {left(called(network, key), width)}  "
        missing = "(missing) " if network.nodes[key]["kind"] == "missing" else ""
        page.lines(wrapped(f"{missing}{cut(topic(said['about'], said['when']), 120)}", first=head))


def way(page: Page, network: Network, start: str, end: str, steps: Sequence[Step]) -> None:
    """How one agent leads to another, a reference a step, with the words it rests on."""
    against = sum(step.back for step in steps)
    backwards = f", {against} of them backwards" if against else ""
    page.heading(f"{cut(called(network, start), 32)} to {cut(called(network, end), 32)}")
    page.line(f"  {count(len(steps), 'step')}{backwards}" if steps else "  the same agent")
    for number, step in enumerate(steps, 1):
        page.line()
        source, target = called(network, step.source), called(network, step.target)
        said = f"{source} {relation(step.relation)} {target}"
        about = topic(step.about, step.when)
        page.lines(wrapped(said + (f": {about}" if about else ""), first=f"  {number}. "))
        page.lines(wrapped(f'"{cut(step.evidence, 210)}"', first="     "))
        page.line(f"     {cut(f'{step.path or step.source}, {step.where}', WIDTH - 5)}")
