"""Fetches what browsers run that is not ours, above all the interpreter for our converters; none but what is pinned.

It runs by itself, before anything is installed: `python converters/publish/vendoring.py`. It asks npm, and so
whatever registry npm is set up with; without npm the site is built without that part.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

_PATIENCE = 300
"""Seconds a download may take."""


def pinned(folder: Path) -> dict[str, Any]:
    """What `vendor.json` in a folder says: a package, its version, its hash, and those of its files."""
    said: dict[str, Any] = json.loads((folder / "vendor.json").read_text(encoding="utf-8"))
    return said


def place(folder: Path) -> Path:
    """Where the pinned version's files lie; another version lies elsewhere, so that no cache can mix them."""
    vendor = pinned(folder)
    return folder / str(vendor["name"]) / str(vendor["version"])


def absent(folder: Path) -> list[str]:
    """The pinned files that are not there; those that are were checked when they came."""
    here = place(folder)
    return [name for name in pinned(folder)["files"] if not (here / name).is_file()]


def fetch(folder: Path) -> str | None:
    """Put the pinned files into place; why that cannot be done here, or `None` where it is.

    Raises `ValueError` where what was fetched is not what is pinned.
    """
    vendor = pinned(folder)
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", f"{vendor['name']}@{vendor['version']}", "--silent", "--fetch-retries=1"]
        try:
            done = subprocess.run(  # noqa: S603 - npm, with what vendor.json says
                command, cwd=scratch, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"npm: {error}"
        packed = next(Path(scratch).glob("*.tgz"), None)
        if done.returncode or packed is None:
            return f"npm could not fetch {vendor['name']} {vendor['version']}"
        files = Path(scratch, "files")
        files.mkdir()
        for name, data in _checked(packed.read_bytes(), vendor).items():
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            (files / name).write_bytes(data)
        if "lock" in vendor:
            _compile(files, vendor["lock"])
        shutil.rmtree(place(folder).parent, ignore_errors=True)  # an older version is not to be published too
        draft = place(folder).with_name("draft")
        shutil.copytree(files, draft)
        draft.rename(place(folder))
    return None


def _checked(packed: bytes, vendor: dict[str, Any]) -> dict[str, bytes]:
    """The pinned files of a package, if it and all of them are what is pinned."""
    kind, _, wanted = vendor["integrity"].partition("-")
    if base64.b64encode(hashlib.new(kind, packed).digest()).decode() != wanted:
        raise ValueError(f"{vendor['name']} {vendor['version']} is not the package that vendor.json pins")
    held = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for name, entry in vendor["files"].items():
            member = archive.extractfile(f"package/{name}")
            held[name] = member.read() if member else b""
            if hashlib.sha256(held[name]).hexdigest() != entry["sha256"]:
                raise ValueError(f"{name} is not the file that vendor.json pins")
    return held


_COMPILE = """
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const folder = process.argv[1], place = `${folder}/python_stdlib.zip`;
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({
  indexURL: `${folder}/`, lockFileContents: process.argv[2], env: { HOME: "/", PYTHONHASHSEED: "0" },
});
python.FS.writeFile("/plain.zip", new Uint8Array(readFileSync(place)));
python.runPython(`
import sys, zipfile
from importlib._bootstrap_external import _code_to_timestamp_pyc
import dataclasses, difflib, fnmatch, ipaddress, pkgutil, tomllib  # what ours imports besides
used = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
with zipfile.ZipFile("/plain.zip") as plain, zipfile.ZipFile("/quick.zip", "w", zipfile.ZIP_DEFLATED) as quick:
    for name in sorted(plain.namelist()):
        data, path = plain.read(name), f"/lib/python314.zip/{name}"
        if path in used:
            name, data = name + "c", _code_to_timestamp_pyc(compile(data, path, "exec", dont_inherit=True))
        quick.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
`);
writeFileSync(place, python.FS.readFile("/quick.zip"));
"""


def _compile(files: Path, lock: dict[str, Any]) -> None:
    """Compile the modules imported at every start, by the interpreter itself, which then starts in a third of the time.

    Without Node.js they stay as they are.
    """
    node = shutil.which("node")
    if node:
        command = [node, "--input-type=module", "--eval", _COMPILE, str(files), json.dumps(lock)]
        subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - as above


def main() -> None:
    """Fetch what is not there yet into the site's sources, ours or those named, and say so."""
    here = Path(__file__).resolve().parent
    ours = here / "site" if (here / "site").is_dir() else here.parents[1] / "site"
    assets = Path(sys.argv[1] if len(sys.argv) > 1 else ours) / "assets"
    folders = [path.parent for path in sorted(assets.glob("*/vendor.json"))]
    if not folders:
        sys.exit(f"error: {assets} holds no vendor.json; name no folder, and what every site needs is fetched")
    for folder in folders:
        if absent(folder):
            _tell(folder)


def _tell(folder: Path) -> None:
    try:
        why = fetch(folder)
    except ValueError as error:
        sys.exit(f"error: {error}")
    vendor = pinned(folder)
    if why:
        sys.stderr.write(f"The site will do without {vendor['name']}, which {vendor['for']}: {why}.\n")
    else:
        sys.stdout.write(f"Fetched {vendor['name']} {vendor['version']} into {place(folder)}.\n")


if __name__ == "__main__":
    main()
