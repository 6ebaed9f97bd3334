"""The command line: where each command is. The one file that may know every room.

A command is imported when it is called, so that asking for help does not wait for the whole house.
"""

import logging
import tomllib
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from server.settings import CHECKOUT
from server.terminal import clean_what_is_printed, must_say_who_acts, stop, words

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

COMMANDS = {
    "demo": "workers.demo.commands:demo",
    "serve": "server.web.commands:serve",
    "work": "workers.queue.commands:work",
    "people": "server.people.commands:people",
    "rounds": "server.rounds.commands:rounds",
    "sets": "server.sets.commands:sets",
    "benchmarks": "server.benchmarks.commands:benchmarks",
    "areas": "server.recoding.commands:areas",
    "claims": "server.claims.commands:claims",
    "desk": "server.desk.commands:desk",
    "plan": "server.plan.commands:plan_",
    "incidents": "server.incidents.commands:incidents",
    "homes": "server.register.commands:homes",
    "forms": "workers.sending.commands:forms",
    "phones": "workers.sending.phone_commands:phones",
    "training": "workers.sending.training_commands:training",
    "pull": "workers.pulling.commands:pull",
    "verify": "server.results.commands:verify_command",
    "report": "server.reports.commands:report",
    "why": "server.reports.commands:why",
    "certify": "workers.pulling.commands:certify",
    "repair": "workers.pulling.commands:repair",
    "remove": "server.removals.commands:remove",
    "replaced": "server.submissions.commands:replaced",
    "files": "server.submissions.commands:files",
    "alerts": "server.messages.commands:alerts",
    "backup-key": "server.backup.commands:backup_key",
    "backup": "server.backup.commands:backup",
    "restore": "server.backup.commands:restore",
    "audit": "server.audit.commands:audit",
    "bench": "workers.bench.commands:bench",
}


class Tilik(click.Group):
    """Finds a command when it is called; ends it with a sentence where database or disk do not do what they should."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command. Raises NoPermission for one that does not say by which permission it acts."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        found: click.Command = getattr(import_module(module), attribute)
        must_say_who_acts(name, found)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section(words.say("help.commands")):
            formatter.write_dl([(name, words.say(f"help.{name}")) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        clean_what_is_printed()
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever reads our output has seen enough: click knows what to do
        except OSError as error:
            self._stop(error)
        except _database_error() as error:
            self._stop(error)

    @staticmethod
    def _stop(error: Any) -> NoReturn:
        from server.machine import what_ails

        stop(what_ails(error))


def _database_error() -> "type[DBAPIError]":
    """Import the database's library only where something went wrong."""
    from sqlalchemy.exc import DBAPIError

    return DBAPIError


def _say_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        click.echo(f"Tilik {project['version']}")
        ctx.exit()


@click.group(cls=Tilik, help=words.say("help.tilik"), context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version,
              help=words.say("help.version"))  # fmt: skip
def main() -> None:
    """Run a command."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # each retry would stand above our own sentence


if __name__ == "__main__":
    main()
