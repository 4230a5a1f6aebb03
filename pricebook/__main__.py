"""The command `pricebook` as it is installed, and `python -m pricebook`: sees to it that the program runs its own modules.

The folder in which somebody works may hold a `cli.py`, an `engine/` or a `json.py` of its own, and PYTHONPATH may put them in
front of everything else. None of them is imported in place of a module of the program or of Python.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder in which `pricebook` and `engine` lie side by side."""


def own_path(path: list[str]) -> list[str]:
    """Where modules are looked for: what stands before Python's own library (PYTHONPATH, the script's folder) comes last.

    The current folder is left out. The program's own folder keeps its place: after `pip install --target`, PYTHONPATH names it.
    """
    library = os.path.dirname(os.__file__)
    before = path[: path.index(library)] if library in path else []
    own = [each for each in before if _is_same(each, ROOT)]
    last = [each for each in before if each not in own and not _is_same(each, os.curdir)]
    return [*own, *path[len(before) :], *last]


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one or os.curdir, other)
    except OSError:
        return False  # a folder that is gone holds no module


def main() -> None:
    """Runs the command line that was typed, and exits with its code."""
    path = own_path(sys.path)
    sys.path[:] = [ROOT, *path]
    import engine  # noqa: F401  # found here whatever else is installed; its modules come from its folder from now on

    sys.path[:] = path
    from engine.commands.process import prepare

    prepare()
    from engine.commands.shell import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
