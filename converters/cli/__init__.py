"""The command `specs`: one module a verb, imported only when it is called."""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_VERBS = {
    "convert": "Convert agent files between formats, with a report of what becomes of every field.",
    "show": "Show one file or agent as it is understood.",
    "detect": "Tell which format each file is, and why.",
    "formats": "Show the formats, or one format's table.",
    "compat": "Compare one agent with every format: kept, changed, added, lost, access.",
    "check": "Check agent files, specs and libraries.",
    "explain": "Explain a finding by its code.",
    "graph": "Show who works with whom.",
    "team": "Find the smallest set of agents that can do without others.",
    "list": "List the agents of a library.",
    "search": "Find agents by plain words.",
    "compare": "Show two variants or more side by side.",
    "diff": "Tell two states of a library apart.",
    "init": "Start a catalogue repository of your own, or bring one up to date.",
    "sync": "Fetch and pin the collections of a catalogue, and tell what changed.",
    "install": "Put agents where a tool finds them.",
    "uninstall": "Take out what was installed, and nothing else.",
    "status": "Tell how installed agents stand: up to date, changed at their source, edited.",
    "build": "Build the site.",
    "serve": "Serve the site and rebuild it on change.",
    "mcp": "Serve a library to assistants that speak MCP.",
}


_ASKS = "_SPECS_COMPLETE"
"""The variable by which a shell asks what may come next."""


class _Verbs(click.Group):
    """A group that knows its verbs by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        module = "build" if cmd_name == "serve" else cmd_name
        name = "list_agents" if cmd_name == "list" else cmd_name  # `list` is a word of Python
        command: click.Command = getattr(import_module(f"converters.cli.{module}_"), name)
        if _ASKS in os.environ:
            from converters.cli._completion import complete

            complete(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a shell offers first; no verb is imported for it."""
        from click.shell_completion import CompletionItem

        verbs = [CompletionItem(verb, help=said) for verb, said in _VERBS.items() if verb.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(_VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], _VERBS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such verb {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"specs {version('agent-specs')}")
        ctx.exit()


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
def specs() -> None:
    """Move AI-agent definitions between tools without losing anything, and publish them.

    Findings and progress go to standard error. Exit status: 0 done, 1 done with findings at or
    above the failing level, 2 misuse or nothing could be done.
    """


def _ended(*_: object) -> NoReturn:
    """Let go of what is temporary, as after Ctrl-C, which a shell keeps from what it runs in the background."""
    sys.exit(128 + signal.SIGTERM)


def main() -> None:
    """Run the command line; the only way out is an exit status."""
    signal.signal(signal.SIGTERM, _ended)
    gc.set_threshold(500_000, 20, 20)  # hardly anything here is circular, and looking for it is 5 % of a short run
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if _ASKS in os.environ:
        from converters.cli._completion import speak_to_shells

        speak_to_shells()
    try:
        status = specs.main(prog_name="specs", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if "SPECS_TRACEBACK" in os.environ:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"specs: {where}{error.strerror or error}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what could not be written is not tried again
        sys.exit(2)
    except Exception as error:
        if "SPECS_TRACEBACK" in os.environ:
            raise
        click.echo(f"specs: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("Please report it; SPECS_TRACEBACK=1 shows where it happened.", err=True)
        sys.exit(2)
