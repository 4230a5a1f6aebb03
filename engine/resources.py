"""The package's own data: fonts, templates, translations, schemas. The only files that the core reads, and never a user's."""

from importlib.resources import files

import engine


def package_data(*path: str) -> bytes:
    """The bytes of a file that ships inside the package, by its path below `engine`: ("documents", "fonts", "OFL.txt")."""
    return files(engine).joinpath(*path).read_bytes()


def schema_bytes(name: str) -> bytes:
    """A schema's text by its name (`book-file`); an unknown name raises FileNotFoundError."""
    return _shipped("schemas").joinpath(f"{name}.json").read_bytes()


def schema_names() -> list[str]:
    """The names of all schemas, sorted."""
    return sorted(entry.name.removesuffix(".json") for entry in _shipped("schemas").iterdir() if entry.name.endswith(".json"))


def shipped_book(name: str):
    """The folder of a book that ships with the program, such as `koodrive`; None where there is none of that name."""
    folder = _shipped("rules").joinpath(name)
    return folder if folder.is_dir() else None


def _shipped(folder: str):
    """A folder that stands beside the package in a checkout, and inside it (`engine/data`) where the program is installed."""
    installed = files(engine).joinpath("data", folder)
    return installed if installed.is_dir() else files(engine).joinpath("..", folder)
