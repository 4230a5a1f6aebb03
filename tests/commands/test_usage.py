"""How a command says that it was used in a way that it does not understand: options twice, books in the place of orders, which book."""

import re

import click
import pytest

from engine.commands import shell


def every_command() -> list[tuple[list[str], click.Command]]:
    found = []
    for name in shell.COMMANDS:
        command = shell.pricebook.get_command(None, name)
        inner = getattr(command, "commands", {})
        found += [([name, sub], inner[sub]) for sub in inner] or [([name], command)]
    return found


SINGLE = [
    (words, option)
    for words, command in every_command()
    for each in command.params
    if isinstance(each, click.Option) and not each.is_flag and not each.multiple
    for option in each.opts
]


@pytest.mark.parametrize(("words", "option"), SINGLE)
def test_an_option_with_one_value_is_refused_twice(desk, run, words, option):
    ran = run(*words, option, "one", option, "other")
    assert ran.code == 2
    assert re.search(rf"`[^`]*{option}[^`]*` is given twice", ran.err)
    assert ran.out == ""


def test_two_spellings_of_an_option_are_the_same_option(desk, run):
    ran = run("check", "-b", "koodrive", "--book=koodrive")
    assert (ran.code, "`--book/-b` is given twice" in ran.err) == (2, True)


def test_what_may_be_given_again_may(desk, run):
    ran = run("check", "koodrive", "--ignore", "T", "--ignore", "M", "--ignore", "M")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["quote", "koodrive", "--mode", "yearly-monthly"], "Name the book with `-b koodrive`"),
        (["quote", "koodrive"], "Name the book with `-b koodrive`"),
        (["quote", "rules/koodrive", "--example", "one-year-team"], "Name the book with `-b rules/koodrive`"),
        (["quote", "examples/koodrive/team-of-60.yaml", "--mode", "x"], "given twice"),
        (["check", "rules/koodrive/prices/2026-01-01.yaml"], "name its book: `-b koodrive`"),
        (["check", "rules/koodrive/book.yaml"], "name its book: `-b koodrive`"),
        (["check", "examples/koodrive/team-of-60.yaml"], "one of which has the section `book:`"),
        (["check", "README.md"], "the books here are `koodrive`"),
    ],
)
def test_a_thing_in_the_place_of_another_is_told_apart(desk, run, arguments, said):
    (desk / "README.md").write_text("# Prices\n")
    ran = run(*arguments)
    assert ran.code == 2
    assert said.lower() in " ".join(ran.err.split()).lower(), ran.err


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["sheet"], ["test"], ["quote", "--mode", "yearly-monthly", "--term", "1 year", "--item", "x=1"], ["quote", "--example", "team"]],
)
def test_with_several_books_the_message_lists_them_and_the_option(desk, run, arguments):
    assert run("new", "book", "acme").code == 0
    ran = run(*arguments)
    assert ran.code == 2
    said = " ".join(ran.err.split())
    assert "Y802" in said and "`acme` and `koodrive`" in said
    assert "`-b acme` or `-b koodrive`" in said


@pytest.mark.parametrize("arguments", [["quote", "-b", "koodrive", "--example", "team"], ["sheet", "koodrive"], ["test", "koodrive"]])
def test_a_book_with_mistakes_is_sent_to_its_own_check(desk, run, arguments):
    (desk / "rules" / "koodrive" / "items.yaml").write_text("items: 5\n")
    assert "`pricebook check koodrive`" in run(*arguments).err
