"""Codes of family Y from 800: books, orders and results as files and folders, before anything in them is read."""

from engine.diagnostics.record import CodeInfo

NO_SUCH_BOOK = CodeInfo(
    code="Y801",
    slug="no-such-book",
    severity="error",
    title="there is no book of that name",
    why="A command needs to know whose prices are meant: a folder under `rules/`, or a folder anywhere.",
    bad="pricebook check shpo",
    good="pricebook check shop",
)
SEVERAL_BOOKS = CodeInfo(
    code="Y802",
    slug="which-book",
    severity="error",
    title="there are several books, and the command names none",
    why="Where `rules/` holds one book it may be left out; where it holds several, a guess could quote the wrong prices.",
    bad="pricebook check",
    good="pricebook check --book shop",
)
EMPTY_BOOK = CodeInfo(
    code="Y803",
    slug="no-rule-files",
    severity="error",
    title="the folder holds no rule files",
    why="A price book is a folder of `*.yaml` files; a folder without one is probably not the folder that was meant.",
    bad="pricebook check empty  # there is only a `notes.txt` in it",
    good="pricebook check shop",
)
UNREADABLE_FILE = CodeInfo(
    code="Y804",
    slug="cannot-read-file",
    severity="error",
    title="a file cannot be read",
    why="A book is priced from all of its files or not at all: leaving one out in silence could change an amount.",
    bad="# rules/shop/more.yaml\n-> nowhere.yaml  # a link to a file that is gone",
    good="# rules/shop/more.yaml\nlimits: []",
)
LINK_LEAVES_BOOK = CodeInfo(
    code="Y805",
    slug="link-leaves-book",
    severity="error",
    title="a link leads out of the book's folder",
    why="What lies outside the folder is not under the book's version control and not in its digest, so a bill could not be recomputed.",
    bad="# rules/shop/more.yaml\n-> ../../shared.yaml  # a link out of the folder",
    good="# rules/shop/more.yaml\n-> shared.yaml  # beside it",
)
NO_SUCH_FILE = CodeInfo(
    code="Y806",
    slug="no-such-file",
    severity="error",
    title="there is no file of that name",
    why="The command names a file to read that does not exist.",
    bad="pricebook quote odrer.yaml",
    good="pricebook quote order-of-small-plan.yaml",
)
CANNOT_WRITE = CodeInfo(
    code="Y807",
    slug="cannot-write-file",
    severity="error",
    title="the result cannot be written there",
    why="A result is written whole or not at all; what stood there before is kept.",
    bad="pricebook sheet shop --date 2026-02-01 -f csv -o sheets/today/sheet.csv  # there is no folder `sheets`",
    good="pricebook sheet shop --date 2026-02-01 -f csv -o sheet.csv",
)
FOLDER_IN_USE = CodeInfo(
    code="Y808",
    slug="folder-in-use",
    severity="error",
    title="a new book would overwrite files",
    why="`new` starts a book in an empty folder and never overwrites what somebody wrote.",
    bad="pricebook new book shop  # there is one",
    good="pricebook new book stall",
)
WRONG_USAGE = CodeInfo(
    code="Y809",
    slug="wrong-usage",
    severity="error",
    title="the command line was not understood",
    why="A command, an option or a value on the command line is not one that the program knows; nothing was done.",
    bad="pricebook check shop --colour",
    good="pricebook check shop",
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
    bad="# rules/shop/2027.yaml.txt\n"
    "prices:\n"
    "  - {effective: 2027-07-01, announced: 2026-11-15, billing_mode: yearly-monthly, per: month, items: {seat: 2.30}}",
    good="# rules/shop/2027.yaml\nprices:\n  - {effective: 2027-07-01, announced: 2026-11-15, billing_mode: yearly-monthly, per: month, items: {seat: 2.30}}",
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
    bad="pricebook check wide  # nine rule files, each as large as one may be",
    good="pricebook check shop",
)
LSP_NOT_INSTALLED = CodeInfo(
    code="Y820",
    slug="lsp-not-installed",
    severity="error",
    title="what serves editors is not installed",
    why="The language server needs pygls, which speaks the protocol of editors; all other commands do without it.",
    bad="pip install pricebook",
    good="pip install 'pricebook[lsp]'",
)
CHARGES_UNFIT = CodeInfo(
    code="Y830",
    slug="charges-unfit",
    severity="error",
    title="a file of charges is not of what is billed",
    why="Charges are what usage cost by one book in one period; billed by another book, or for another time, they would be a wrong sum.",
    bad="pricebook invoice account.yaml -b shop --period 2026-03 --charges usage.csv",
    good="pricebook invoice account.yaml -b shop --period 2026-03 --usage usage.csv",
)
