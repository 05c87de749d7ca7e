"""`specs team`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args

import click

from converters.cli._card import topic
from converters.cli._console import Console, common, print_json
from converters.cli._layout import WIDTH, Page, columns, count, cut, listed, plain, wrapped
from converters.cli._library import followed, library_from
from converters.cli._ties import called, meant, relation
from converters.conversion import Options
from converters.model import Relation
from converters.tools import touching

if TYPE_CHECKING:
    from converters.graph import Candidate, Member, Network, Request, Team

_MOST = 4
"""Requests shown for each member."""


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--in",
    "--from",
    "inputs",
    multiple=True,
    metavar="LIBRARY|INPUT",
    help="Where the agents are; by default in specs/.",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Choice(get_args(Relation)),
    metavar="RELATION",
    help="A relation that makes a need, too, such as depends_on; may be repeated.",
)
@common
def team(
    names: tuple[str, ...], inputs: tuple[str, ...], also: tuple[str, ...], as_json: bool, quiet: bool, verbose: bool,
    no_color: bool,
) -> None:  # fmt: skip
    """Find the smallest set of agents that can do without others.

    It holds the agents named, and for whatever one of them hands off, delegates or escalates, the
    agent that takes it. Where a name may mean several, it takes those that keep the team smallest.
    For a name nobody bears it tells who could fill the role, and why.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    library = library_from(inputs, console, Options(), option="--in")
    from converters.graph import build
    from converters.graph import team as smallest

    network, _ = build(library)
    keys = dict.fromkeys(meant(network, followed(library, name, console)) for name in names)
    found = smallest(network, *keys, also=also)
    if as_json:
        print_json(_document(network, found))
    else:
        _show(Page(no_color=no_color), network, found, verbose=verbose)
    console.leave()


def _document(network: Network, found: Team) -> dict[str, Any]:
    return {
        "members": [
            {
                "agent": member.agent,
                "name": network.nodes[member.agent]["name"],
                "title": network.nodes[member.agent]["title"],
                "asked": member.asked,
                "because": [_request(request) for request in member.because],
                **({"miscalled": list(member.miscalled)} if member.miscalled else {}),
            }
            for member in found.members
        ],
        "unfilled": [
            {
                "name": role.name,
                "because": [_request(request) for request in role.because],
                "candidates": [
                    {
                        "agent": one.agent,
                        "name": network.nodes[one.agent]["name"],
                        "score": one.score,
                        "looks_alike": one.looks_alike,
                        "shared": list(one.shared),
                        "lacks": list(one.lacks),
                        "why": _why(one),
                    }
                    for one in role.candidates
                ],
            }
            for role in found.roles
        ],
        "exact": found.exact,
        "at_least": found.at_least,
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "agent": request.agent,
        "relation": request.relation,
        "about": request.about,
        "when": request.when,
        "evidence": request.evidence,
        **({"choice": list(request.choice)} if request.choice else {}),
    }


def _show(page: Page, network: Network, found: Team, *, verbose: bool) -> None:
    asked = [called(network, member.agent) for member in found.members if member.asked]
    title, *more = wrapped(f"Team of {count(len(found.members), 'agent')} around {listed(asked, 3)}", rest="  ")
    page.heading(title)
    for line in more:
        page.heading(line, gap=False)
    for line in _verdict(found):
        page.lines(wrapped(line, first="  "))
    for member in found.members:
        page.heading(cut(called(network, member.agent), WIDTH))
        key, asked_for = plain(member.agent), ", asked for" if member.asked else ""
        fits = columns(key + asked_for) <= WIDTH - 2
        page.lines(wrapped(key + asked_for if fits else key, first="  "))
        page.lines(() if fits or not member.asked else ("  asked for",))
        for name in member.miscalled:
            page.lines(_renamed(network, member, name))
        page.lines(_reasons(network, member.because, verbose=verbose))
    if found.roles:
        page.heading(f"Roles nobody fills ({len(found.roles)})")
    for place, role in enumerate(found.roles):
        if place:
            page.line()
        page.line(f"  {cut(role.name, WIDTH - 2)}")
        page.lines(_reasons(network, role.because, indent="    ", verbose=verbose))
        if not role.candidates:
            page.line("    nobody comes near")
        for number, one in enumerate(role.candidates):
            name, why = called(network, one.agent), _why(one)
            page.lines(wrapped(f"{name} ({why})", first="    try " if not number else "     or "))


def _verdict(found: Team) -> Iterator[str]:
    """Whether the team is closed, and how small it is."""
    if len(found.members) == 1 and not found.roles:
        yield "It hands nothing on, so it needs nobody else."
    elif found.roles and not any(member.because for member in found.members):
        yield "Nothing that is handed on finds its agent: nobody here fills the roles at the end."
    elif found.roles:
        yield f"All that is handed on finds its agent, but for {count(len(found.roles), 'role')} at the end."
    else:
        yield "All that is handed on finds its agent."
    if others := sum(bool(member.miscalled) for member in found.members):
        yield (
            f"Once installed, {count(others, 'member')} will not answer to what the others call "
            f"{'it' if others == 1 else 'them'}: clients know the name in the file alone. What to write is told below."
        )
    if not found.exact:
        yield (
            f"Names leave more choices than were tried: no team of fewer than {found.at_least} would do, and this "
            "is the smallest found."
        )


def _renamed(network: Network, member: Member, name: str) -> Iterator[str]:
    """Who calls a member by a name nobody answers to, and the line of the prompt that would call it by its own."""
    own = network.nodes[member.agent]["name"]
    said = [request for request in member.because if request.name == name]
    who = listed(list(dict.fromkeys(called(network, request.agent) for request in said)), 3)
    yield from wrapped(f"called {name!r} in the prompt of {who}; write {own!r} there:", first="  ", rest="    ")
    spelled = re.compile(rf"(?<![\w-]){'[-_ ]'.join(map(re.escape, name.split('-')))}(?![\w-])", re.IGNORECASE)
    meant = spelled.sub(lambda _: own, said[0].evidence)
    if meant != said[0].evidence:
        yield from wrapped(f'"{cut(meant, 210)}"', first="    ")


def _reasons(network: Network, because: Sequence[Request], *, indent: str = "  ", verbose: bool) -> Iterator[str]:
    """Who hands what on, a line for each; all of them, and the words they rest on, if asked for."""
    most = len(because) if verbose else _MOST
    for request in because[:most]:
        about = topic(request.about, request.when)
        said = f"{called(network, request.agent)} {relation(request.relation)} it"
        others = f" ({count(len(request.choice), 'agent')} go by the name)" if request.choice else ""
        yield from wrapped(said + others + (f": {cut(about, 120)}" if about else ""), first=indent, rest=f"{indent}  ")
        if verbose:
            yield from wrapped(f'"{cut(request.evidence, 210)}"', first=f"{indent}  ")
    if len(because) > most:
        yield f"{indent}and {len(because) - most} more"


def _why(one: Candidate) -> str:
    """Why somebody comes into question, in words."""
    parts = ["a name like it"] if one.looks_alike else []
    parts += [f"also about {', '.join(one.shared[:5])}"] if one.shared else []
    parts += [f"but may not {touching(one.lacks)}"] if one.lacks else []
    return "; ".join(parts)
