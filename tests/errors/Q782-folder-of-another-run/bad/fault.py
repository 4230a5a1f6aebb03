"""The folder holds the invoices of March."""

from engine.commands.shell import run

assert run(["bill", "--accounts", "account.yaml", "-b", "shop", "--period", "2026-03", "-o", "out"]) == 0
