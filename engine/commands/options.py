"""Options that several commands share, said once."""

from collections.abc import Callable, Sequence

import click

Function = Callable[..., int | None]
"""A command: what was typed comes in, its exit code goes out; a group has none."""
Decorator = Callable[[Function], Function]


class OneValueEach(click.Command):
    """A command that refuses an option given twice, where the last one would win in silence."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Refuses repeated options that take one value, then reads the arguments as ever."""
        if not context.resilient_parsing:
            _, _, given = self.make_parser(context).parse_args(args=list(arguments))
            refuse_repeated(given, context)
        return super().parse_args(context, arguments)


def refuse_repeated(given: Sequence[click.Parameter], context: click.Context) -> None:
    """Raises wrong usage for the first option that takes one value and is `given` twice; flags say the same however often."""
    seen: set[str | None] = set()
    for each in given:
        if not isinstance(each, click.Option) or each.is_flag or each.multiple or each.count:
            continue
        if each.name in seen:
            said = "/".join(sorted(each.opts, key=len, reverse=True))
            raise click.UsageError(f"`{said}` is given twice, and it takes one value. Leave one of them out.", context)
        seen.add(each.name)


def book_option(function: Function) -> Function:
    """`--book/-b`: a name under rules/ or a folder; may be left out where there is one book."""
    return click.option("--book", "-b", "book_name", metavar="NAME|FOLDER", help="The book: a name under rules/, or a folder.")(function)


def book_argument(function: Function) -> Function:
    """The book as the command's own argument, beside `--book`."""
    return click.argument("book", required=False)(function)


def one_book(argument: str | None, option: str | None) -> str | None:
    """The book that was named either way; both ways at once with different names is wrong usage."""
    if argument and option and argument != option:
        raise click.UsageError(f"Two books are named: `{argument}` and `--book {option}`. Name one.")
    return argument or option


def format_option(*formats: str, default: str | None = None) -> Decorator:
    """`--format/-f` with the formats that a command offers."""
    return click.option("--format", "-f", "format_name", type=click.Choice(formats), default=default, help=_format_help(default))


def profile_option(*profiles: str) -> Decorator:
    """`--profile` with the profiles of e-invoices."""
    told = "What an e-invoice follows beyond EN 16931: xrechnung (Germany's public buyers), peppol (the Peppol network)."
    return click.option("--profile", type=click.Choice(profiles), default=profiles[0], help=told)


def _format_help(default: str | None) -> str:
    return "How the result is written." if default else "How the result is written; default: by the name of the output file, else text."


NAME_OF_FILE = click.Path(readable=False)
"""For a shell that completes it; whether it can be read is found out by reading it."""


def head_options(function: Function) -> Function:
    """`--number`, `--customer`, `--valid-until`: what makes a quote a paper for somebody."""
    for flag, metavar, told in (
        ("--valid-until", "DATE", "The last day on which the quote can be accepted."),
        ("--customer", "NAME", "For whom the quote is."),
        ("--number", "NUMBER", "The quote's number, which comes from you."),
    ):
        function = click.option(flag, metavar=metavar, help=told)(function)
    return function


def output_option(function: Function) -> Function:
    """`--output/-o`: a file that is written whole or not at all."""
    return click.option("--output", "-o", metavar="FILE", type=NAME_OF_FILE, help="Write the result to a file, whole or not at all.")(function)


def file_argument(name: str, metavar: str, required: bool = True) -> Decorator:
    """A file as a command's argument; shells complete its name."""
    return click.argument(name, metavar=metavar, required=required, type=NAME_OF_FILE)


def files_option(flag: str, name: str, help_text: str) -> Decorator:
    """An option that names a file and may be given again; shells complete its name."""
    return click.option(flag, name, multiple=True, metavar="FILE", type=NAME_OF_FILE, help=f"{help_text}; may be given again.")


def locale_option(function: Function) -> Function:
    """`--locale`: the language of a document."""
    return click.option("--locale", metavar="LANGUAGE", help="en, zh, ar, de or ja; default: the book's language.")(function)


def debug_option(function: Function) -> Function:
    """`--debug`: read by the shell itself; declared here so that it may stand behind the command."""
    return click.option("--debug", is_flag=True, expose_value=False, hidden=True)(function)


def described(help_text: str, example: str) -> Callable[[Function], click.Command]:
    """A command whose help ends with an example that works as printed."""

    def decorate(function: Function) -> click.Command:
        epilog = "\b\nExample:\n" + "\n".join(f"  {line}" for line in example.splitlines())
        return click.command(cls=OneValueEach, help=help_text, epilog=epilog)(debug_option(function))

    return decorate


def why_unreadable(text: str, fault: ValueError, message: str) -> str:
    """What is said of an option that cannot be read: its character that is not what it seems, its bound, else the message with the text in it."""
    from engine.language.cells import strange_cell
    from engine.values.bounds import OutOfBounds

    if isinstance(fault, OutOfBounds):
        return f"`{text}` is {fault}"
    strange = strange_cell(text)
    return f"{strange.message}; {strange.remedy}" if strange is not None else message.format(text)
