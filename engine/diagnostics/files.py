"""Codes of family Y from 800: books, orders and results as files and folders, before anything in them is read."""

from engine.diagnostics.record import CodeInfo

NO_SUCH_BOOK = CodeInfo(
    code="Y801",
    slug="no-such-book",
    severity="error",
    title="there is no book of that name",
    why="A command needs to know whose prices are meant: a folder under `rules/`, or a folder anywhere.",
    bad="pricebook check kodrive",
    good="pricebook check koodrive",
)
SEVERAL_BOOKS = CodeInfo(
    code="Y802",
    slug="which-book",
    severity="error",
    title="there are several books, and the command names none",
    why="Where `rules/` holds one book it may be left out; where it holds several, a guess could quote the wrong prices.",
    bad="pricebook sheet",
    good="pricebook sheet koodrive",
)
EMPTY_BOOK = CodeInfo(
    code="Y803",
    slug="no-rule-files",
    severity="error",
    title="the folder holds no rule files",
    why="A price book is a folder of `*.yaml` files; a folder without one is probably not the folder that was meant.",
    bad="an empty folder",
    good="a folder with `book.yaml`, `items.yaml`, `billing-modes.yaml` and prices",
)
UNREADABLE_FILE = CodeInfo(
    code="Y804",
    slug="cannot-read-file",
    severity="error",
    title="a file cannot be read",
    why="A book is priced from all of its files or not at all: leaving one out in silence could change an amount.",
    bad="a file that your account may not open, or a link to a file that is gone",
    good="a plain file that you may read",
)
LINK_LEAVES_BOOK = CodeInfo(
    code="Y805",
    slug="link-leaves-book",
    severity="error",
    title="a link leads out of the book's folder",
    why="What lies outside the folder is not under the book's version control and not in its digest, so a bill could not be recomputed.",
    bad="prices.yaml -> ../elsewhere/prices.yaml",
    good="prices.yaml as a file of its own inside the folder",
)
NO_SUCH_FILE = CodeInfo(
    code="Y806",
    slug="no-such-file",
    severity="error",
    title="there is no file of that name",
    why="The command names a file to read that does not exist.",
    bad="pricebook quote oder.yaml",
    good="pricebook quote order.yaml",
)
CANNOT_WRITE = CodeInfo(
    code="Y807",
    slug="cannot-write-file",
    severity="error",
    title="the result cannot be written there",
    why="A result is written whole or not at all; what stood there before is kept.",
    bad="pricebook sheet -o missing-folder/sheet.html",
    good="pricebook sheet -o sheet.html",
)
FOLDER_IN_USE = CodeInfo(
    code="Y808",
    slug="folder-in-use",
    severity="error",
    title="a new book would overwrite files",
    why="`new` starts a book in an empty folder and never overwrites what somebody wrote.",
    bad="pricebook new book koodrive",
    good="pricebook new book koodrive-2027",
)
WRONG_USAGE = CodeInfo(
    code="Y809",
    slug="wrong-usage",
    severity="error",
    title="the command line was not understood",
    why="A command, an option or a value on the command line is not one that the program knows; nothing was done.",
    bad="pricebook quote --mod yearly-monthly",
    good="pricebook quote --mode yearly-monthly",
)
TOOL_FAILED = CodeInfo(
    code="Y810",
    slug="tool-failed",
    severity="error",
    title="the program itself failed",
    why="This is a fault of the program, never of a rule file; no result was written.",
    bad="a fault inside the program",
    good="none needed: report it",
)
NOT_READ = CodeInfo(
    code="Y811",
    slug="rule-file-not-read",
    severity="warning",
    title="a file that looks like a rule file is not read",
    why="What it says counts for nothing, and its author may think that it does: only `*.yaml` and `*.yml` below the book's folder are read.",
    bad="prices/2027-07-01.yaml.txt",
    good="prices/2027-07-01.yaml",
)
MACHINE_FAILED = CodeInfo(
    code="Y812",
    slug="machine-failed",
    severity="error",
    title="the machine refuses what the command needs",
    why="This is a fault of the machine or of how it is set up, neither of a rule file nor of the program; no result was written.",
    bad="a command in a folder that was deleted",
    good="a command in a folder that is there",
)
FOLDER_TOO_LARGE = CodeInfo(
    code="Y813",
    slug="folder-too-large",
    severity="error",
    title="so much lies below a folder that another one is meant",
    why="A book is a small folder of its own. A whole disk would be searched for minutes, and what lies there by chance read as rules.",
    bad="pricebook check /home",
    good="pricebook check koodrive",
)
