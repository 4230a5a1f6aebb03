"""`pricebook preview`: a live page of a book on this machine."""

import errno
from importlib.util import find_spec

import click

from engine.commands.options import book_argument, book_option, described, locale_option, one_book
from engine.commands.output import say

PORT = 8377
NEEDED = ("starlette", "uvicorn", "watchfiles")
EDITORS = ("vscode", "vscodium", "cursor", "zed", "idea")
LARGEST_PORT = 65_535

HELP = """Show a live page of a book: its price sheet, a calculator with every step, what is wrong, and what the edits since the last commit do.

The page is refreshed when a file is saved, and answers on this machine only. The same questions are answered for programs below /api;
/api/openapi.json describes them. Ctrl-C ends it."""


@described(HELP, "pricebook preview koodrive")
@book_argument
@book_option
@click.option("--port", type=click.IntRange(0, LARGEST_PORT), default=None, metavar="PORT", help=f"Where it answers; default: {PORT}, or one that is free.")
@click.option("--against", metavar="git:REF|NAME|FOLDER", default="git:HEAD", help="What the book is compared with; default: the last commit.")
@click.option("--editor", type=click.Choice(EDITORS), default="vscode", help="The editor that links to lines open; default: vscode.")
@click.option("--open", "browse", is_flag=True, help="Open the page in the browser.")
@locale_option
def command(book: str | None, book_name: str | None, port: int | None, against: str, editor: str, browse: bool, locale: str | None) -> int:
    """Serves until a signal ends it; 3 where something is not installed, or the port is in use."""
    from engine.documents.translations import LANGUAGES
    from engine.shelf import find_book

    folder = find_book(one_book(book, book_name))
    if locale is not None and locale not in LANGUAGES:
        raise click.BadParameter(f"there is no page in `{locale}`; it can be had in {', '.join(LANGUAGES)}", param_hint="--locale")
    _refuse_without_libraries()
    from engine.preview.live import LiveBook
    from engine.preview.pages import Pages
    from engine.preview.server import listen_at, serve

    try:
        listening = listen_at(PORT if port is None else port)
    except OSError as error:
        if port is not None or error.errno != errno.EADDRINUSE:
            raise _port_refused(PORT if port is None else port, error) from None
        listening = listen_at(0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    live = LiveBook(folder, against)
    live.start()
    say(f"preview of {folder.name}: {address} (Ctrl-C ends it)")
    if browse:
        import webbrowser

        webbrowser.open(address)
    serve(live, Pages(against, editor), locale, listening)
    return 0


def _refuse_without_libraries() -> None:
    """Raises Unusable where the libraries of the preview are not installed."""
    from engine.diagnostics.documents import PREVIEW_NOT_INSTALLED
    from engine.diagnostics.record import report
    from engine.shelf import Unusable

    missing = [name for name in NEEDED if not _is_there(name)]
    if missing:
        message = f"the preview cannot run here: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed"
        help_text = "run `pip install 'pricebook[preview]'`; all other commands do without it"
        raise Unusable(report(PREVIEW_NOT_INSTALLED, message, subject="preview", help=help_text), exit_code=3)


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:
        return False


def _port_refused(port: int, error: OSError) -> Exception:
    from engine.diagnostics.files import MACHINE_FAILED
    from engine.diagnostics.record import report
    from engine.machine import why
    from engine.shelf import Unusable

    reason, _ = why(error, {errno.EADDRINUSE: "another program answers there", errno.EACCES: "your permissions do not allow a port below 1024"})
    message = f"the port {port} cannot be used: {reason}"
    return Unusable(report(MACHINE_FAILED, message, subject="--port", help="name another port, or leave --port out for one that is free"), exit_code=3)
