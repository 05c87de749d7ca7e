"""Variants: agents of one name, and which of them stands for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from converters.identity import slug
from converters.library import own_name
from converters.model import AgentSpec


def stand_ins(agents: Mapping[str, AgentSpec]) -> tuple[int, ...]:
    """For each agent the number of the one that stands for its name; agents are numbered as `agents` has them.

    Among those of a name one not deprecated stands for it, then one in the language most agents
    have, then the one that most others of its collection speak of, then the longest, then the
    first. Who bears no name stands for itself.
    """
    spoken = Counter(
        (_home(spec), name) for spec in agents.values() for name in {said.agent for said in spec.derived.collaboration}
    )
    languages = Counter(spec.derived.language for spec in agents.values() if spec.derived.language)
    usual = min(languages, key=lambda code: (-languages[code], code), default=None)

    def rank(at: int, spec: AgentSpec) -> tuple[bool, bool, int, int, int]:
        others = spoken[_home(spec), slug(spec.name)]
        return spec.deprecated, spec.derived.language != usual, -others, -len(spec.prompt), at

    names = [slug(own_name(spec)) or key for key, spec in agents.items()]
    several = {name for name, times in Counter(names).items() if times > 1}
    best: dict[str, tuple[bool, bool, int, int, int]] = {}
    for at, (name, spec) in enumerate(zip(names, agents.values(), strict=True)):
        if name in several:
            mine = rank(at, spec)
            best[name] = min(best.get(name, mine), mine)
    return tuple(best[name][-1] if name in best else at for at, name in enumerate(names))


def _home(spec: AgentSpec) -> str:
    return spec.source.collection if spec.source else ""
