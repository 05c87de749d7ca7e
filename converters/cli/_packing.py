"""Packing: the files of a conversion as the records of one, a line each."""

from __future__ import annotations

from pathlib import Path

from converters.conversion import CANONICAL, Artifact
from converters.drafts import write_whole
from converters.findings import NOT_OURS, Span
from converters.output import Change, Kind


def packed(path: Path, artifacts: list[Artifact], *, dry: bool, force: bool) -> list[Change]:
    """One record a line: canonical documents, or `{path, target, text}` for other targets."""
    import orjson

    lines = []
    for artifact in artifacts:
        if artifact.target == CANONICAL:
            lines.append(artifact.data)
        else:
            text = artifact.data.decode("utf-8", "backslashreplace")
            lines.append(orjson.dumps({"path": artifact.path, "target": artifact.target, "text": text}))
    data = b"".join(line + b"\n" for line in lines)
    before = path.read_bytes() if path.is_file() else None
    if before and before != data and not force and not _is_packed(before):
        found = [NOT_OURS.at(Span(str(path)), path=path), *[None] * len(artifacts)]
        return [Change(path.name, "kept", before, data, *pair) for pair in zip(found, artifacts, strict=False)]
    kind: Kind = "unchanged" if before == data else "new" if before is None else "changed"
    if not dry and kind != "unchanged":
        write_whole(path, data)
    return [Change(path.name, kind, before, data, None, artifact) for artifact in artifacts]


def _is_packed(data: bytes) -> bool:
    """Whether a file holds records such as ours, by its first line."""
    import orjson

    try:
        said = orjson.loads(data.partition(b"\n")[0])
    except ValueError:
        return False
    return isinstance(said, dict) and (said.keys() >= {"spec", "id"} or said.keys() == {"path", "target", "text"})
