"""`pricebook completion`: the script that lets a shell complete commands and options."""

import click

from engine.commands.options import described
from engine.commands.output import write_result

HELP = """Print the completion script for a shell.

For bash, put `eval "$(pricebook completion bash)"` into ~/.bashrc; for zsh the same with zsh into ~/.zshrc; for fish write the
script to ~/.config/fish/completions/pricebook.fish."""


@described(HELP, "pricebook completion bash")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Prints click's own script for the shell."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    root = click.get_current_context().find_root().command
    made = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    write_result(made(root, {}, "pricebook", "_PRICEBOOK_COMPLETE").source())
    return 0
