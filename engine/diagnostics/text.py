"""Codes of family Y: what is wrong with a file as a text, before it means anything."""

from engine.diagnostics.record import CodeInfo

FILE_TOO_LARGE = CodeInfo(
    "Y101", "file-too-large", "error", "a file or book is larger than what is read",
    "A book's files are written by people: 8 MB in one file, 350,000 keys and values or 100,000 prices in a book are a mistake, or several "
    "books. So much could not be checked in the time that a person waits.",
    "items:\n  call-1: {title: Call 1, unit: call}\n  # and 200,000 more like it\n",
    "prices:\n  - {effective: 2026-01-01, billing_mode: calls, table: calls.csv}\n",
)  # fmt: skip
NOT_UTF8 = CodeInfo(
    "Y102", "not-utf8", "error", "a file is not UTF-8 text",
    "Rule files are UTF-8. In another encoding the same bytes are other letters, and a currency sign could become anything.",
    "(a file saved as Windows-1252: `title: Büro` holds the byte 0xFC)\n", "(the same file saved as UTF-8)\n",
)  # fmt: skip
CONTROL_CHARACTER = CodeInfo(
    "Y103", "control-character", "error", "a file holds an invisible control character",
    "A character that nobody can see changes what a word is. It comes from a broken copy, never from typing.",
    "limits: [{resource: storage,␀min: 1 GB}]  # a NUL where the space should be", "limits: [{resource: storage, min: 1 GB}]",
)  # fmt: skip
SYNTAX = CodeInfo(
    "Y104", "syntax", "error", "a file is not well-formed YAML",
    "Indentation, colons, dashes, quotes or brackets do not fit together here, so nothing after this place can be read.",
    "title: User: further", 'title: "User: further"',
)  # fmt: skip
DUPLICATE_KEY = CodeInfo(
    "Y105", "duplicate-key", "error", "a key is written twice",
    "Other YAML readers silently take the last one. Which of two prices is meant only the author can say.",
    "title: Further user\ntitle: Another user",
    "title: Another user",
)  # fmt: skip
ANCHOR = CodeInfo(
    "Y106", "anchor-or-alias", "error", "anchors and aliases are not part of the language",
    "With `&name` and `*name` a price stands in another place than where it is used; a reviewer reads one and misses the other.",
    "title: &name Further user", "title: Further user",
)  # fmt: skip
TAG = CodeInfo(
    "Y107", "tag", "error", "type tags are not part of the language",
    "The language knows from the key what kind of value stands there; `!!str` and the like would change it out of sight.",
    "title: !!str Further user", "title: Further user",
)  # fmt: skip
TOO_DEEP = CodeInfo(
    "Y108", "nesting-too-deep", "error", "values are nested more than 32 levels deep",
    "No rule needs such depth; the file is damaged or was made by a program that went wrong.",
    "limits: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "limits: []",
)  # fmt: skip
SEVERAL_DOCUMENTS = CodeInfo(
    "Y109", "several-documents", "error", "a file holds more than one YAML document",
    "What follows `---` is easily overlooked. One file is one mapping; write a second file instead.",
    "limits: []\n---\ntaxes: []",
    "limits: []\ntaxes: []",
)  # fmt: skip
TAB = CodeInfo(
    "Y110", "tab", "error", "a tab stands where YAML wants spaces",
    "A tab looks as wide as the editor likes, so the indentation that is seen may not be the one that is read.",
    "limits:\n\t- {resource: users, min: 1}",
    "limits:\n  - {resource: users, min: 1}",
)  # fmt: skip
ODD_SPACE = CodeInfo(
    "Y111", "odd-space", "error", "an invisible character stands in a name, a number or a cell",
    "It looks like a space, or like nothing, and is another character: `100 GB` copied from a web page would not be a quantity, and `NO` "
    "with a zero-width space in it would match no customer from Norway.",
    "title: Further⍽user  # a no-break space", 'title: "Further⍽user"  # where it is meant',
)  # fmt: skip
SMART_QUOTE = CodeInfo(
    "Y112", "smart-quote", "error", "a typographic quote stands where a plain one is meant",
    "Word processors turn \" into a curly quote, which YAML takes for a letter of the text.",
    "title: “Small”", 'title: "Small"',
)  # fmt: skip
COMMA_IN_TEXT = CodeInfo(
    "Y113", "comma-splits-text", "error", "a comma inside { } ends a text",
    "Inside { } a comma separates entries, so the rest of the text becomes a key without a value.",
    "small: {title: 5 users, 50 GB, provides: {users: 5, storage: 50 GB}}",
    'small: {title: "5 users, 50 GB", provides: {users: 5, storage: 50 GB}}',
)  # fmt: skip
KEY_IN_COMMENT = CodeInfo(
    "Y114", "key-in-comment", "warning", "a comment at the end of a line swallows a key, or the rest of a text",
    "Everything after ` #` is a comment. A key that stands there looks as if it counted, and so does the `#1` of a title.",
    "per: month # currency: EUR",
    "per: month\ncurrency: EUR",
)  # fmt: skip
MISSING_SPACE = CodeInfo(
    "Y115", "missing-space", "error", "a colon or dash needs a space after it",
    "`unit:GB` and `-storage` are plain texts to YAML, not a key or a list entry.",
    "small: {title:Small, provides: {users: 5, storage: 50 GB}}", "small: {title: Small, provides: {users: 5, storage: 50 GB}}",
)  # fmt: skip
MERGE_KEY = CodeInfo(
    "Y116", "merge-key", "error", "merge keys are not part of the language",
    "`<<` copies keys from elsewhere; what is in force must stand where it is read.",
    "<<: {limits: []}", "limits: []",
)  # fmt: skip
COMPLEX_KEY = CodeInfo(
    "Y117", "complex-key", "error", "a key is not a single word or text",
    "A list or mapping as a key has no meaning here; often a `{` or `[` should have been quoted.",
    "? [limits]\n: []",
    "limits: []",
)  # fmt: skip
IGNORE_WITHOUT_REASON = CodeInfo(
    "Y118", "ignore-without-reason", "warning", "a silenced finding gives no reason",
    "Whoever reads the file next year must know why the finding does not matter here.",
    "tokens: {title: Tokens, unit: user}  # pricebook: ignore=R112",
    "tokens: {title: Tokens, unit: user}  # pricebook: ignore=R112 reason: sold from summer on",
)  # fmt: skip
UNUSED_IGNORE = CodeInfo(
    "Y119", "unused-ignore", "warning", "a silenced finding does not occur",
    "The comment silences nothing: the finding is gone, or stands on another line. Left behind, it would hide the next one.",
    "# pricebook: ignore=R112 reason: sold from summer on\nusers: {title: Users, unit: user}",
    "# sold from summer on\nusers: {title: Users, unit: user}",
)  # fmt: skip
NUMBER_TOO_LONG = CodeInfo(
    "Y120", "number-too-long", "error", "a number has more than 40 digits",
    "Arithmetic is exact to the last digit; no price needs so many, and the number is most likely a damaged one.",
    "unit_price: 2.33333333333333333333333333333333333333333333333333", "unit_price: 2.33",
)  # fmt: skip
FULL_WIDTH_SIGN = CodeInfo(
    "Y121", "full-width-sign", "error", "a digit, sign or letter of another keyboard stands where a plain one is meant",
    "A keyboard set to Chinese or Japanese types full-width digits and signs, a word processor makes dashes and bullets of hyphens; they "
    "look alike, and are letters of a text.",
    "disk：0.00008", "disk: 0.00008",
)  # fmt: skip
EMPTY_FILE = CodeInfo(
    "Y122", "empty-file", "warning", "a file holds nothing",
    "A file without a single key was probably emptied by mistake; everything that stood in it is gone from the book.",
    "# prices of 2027",
    "prices:\n"
    "  - effective: 2027-01-01\n"
    "    announced: 2026-11-01\n"
    "    billing_mode: pay-per-use\n"
    "    per: hour\n"
    "    items:\n"
    "      disk: 0.00008",
)  # fmt: skip
OTHER_KIND_OF_FILE = CodeInfo(
    "Y123", "other-kind-of-file", "error", "a file is no text: a spreadsheet, an archive, a page or a picture",
    "Rules are YAML and rows are CSV, both plain text. What a spreadsheet or archive holds cannot be read as either, whatever its name says.",
    "usage.csv   (a workbook of Excel that was renamed)\n", "usage.csv   (the same table, saved as CSV UTF-8)\n",
)  # fmt: skip
HIDDEN_IN_TEXT = CodeInfo(
    "Y124", "hidden-in-text", "warning", "an invisible character stands in a text or comment",
    "Documents would carry it on, and a character that turns the direction shows a price backwards. Marks that Arabic or Hebrew text needs "
    "are no finding, and a character that is written as an escape can be seen by everybody.",
    'title: "⇠Small"  # an invisible sign that turns the direction', 'title: "Small"',
)  # fmt: skip
ESCAPE_IN_TEXT = CodeInfo(
    "Y125", "escape-in-text", "warning", "a backslash in double quotes makes another character",
    "Inside of double quotes `\\n` is a line break and `\\t` a tab: a path or a code loses its backslash, and its letter.",
    'title: "C:\\new"\n', "title: 'C:\\new'\n",
)  # fmt: skip
CONFLICT_MARKER = CodeInfo(
    "Y126", "conflict-marker", "error", "a file holds two versions that were not merged",
    "Version control leaves such lines where two people changed the same prices. Which of the two is meant only the authors can say.",
    "<<<<<<< HEAD\n    title: Further user\n=======\n    title: One more user\n>>>>>>> titles",
    "    title: One more user",
)  # fmt: skip
MORE_FINDINGS = CodeInfo(
    "Y127", "more-findings", "error", "more was found than is listed",
    "Ten thousand findings of one kind have one cause, such as a wrong column or a file of another program; the book is not looked at any further.",
    "prices: [a, a, a]   # and 10,000 more\n", "prices: []\n",
)  # fmt: skip
