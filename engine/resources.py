"""The package's own data: fonts, templates, translations, schemas. The only files that the core reads, and never a user's."""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable

import engine


def package_data(*path: str) -> bytes:
    """The bytes of a file that ships inside the package, by its path below `engine`: ("documents", "fonts", "OFL.txt")."""
    content: bytes = files(engine).joinpath(*path).read_bytes()
    return content


def schema_file(name: str) -> bytes:
    """A schema's file by its name (`book-file`), which may refer to other files; an unknown name raises FileNotFoundError."""
    return _shipped("schemas").joinpath(f"{name}.json").read_bytes()


def schema_bytes(name: str) -> bytes:
    """A schema in one piece, what it refers to among its definitions; an unknown name raises FileNotFoundError."""
    others: dict[str, object] = {}
    whole = {key: _inward(each, "", others) for key, each in json.loads(schema_file(name)).items()}
    return json.dumps(whole | {"definitions": others}, ensure_ascii=False, indent=1).encode() if others else schema_file(name)


def _inward(node: object, home: str, others: dict[str, object]) -> object:
    """A part of the schema file `home` (empty for the whole), each reference to a file turned to that file's place in `others`."""
    if isinstance(node, list):
        return [_inward(each, home, others) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: _inward(each, home, others) for key, each in node.items() if not (home and key == "$schema")}
    other, _, inside = node["$ref"].partition("#")
    other = other.removesuffix(".json") or home
    if other and other not in others:
        others[other] = {}  # its place, should it lead back here
        others[other] = _inward(json.loads(schema_file(other)), other, others)
    return {"$ref": f"#/definitions/{other}{inside}" if other else node["$ref"]}


def schema_names() -> list[str]:
    """The names of all schemas, sorted."""
    return sorted(entry.name.removesuffix(".json") for entry in _shipped("schemas").iterdir() if entry.name.endswith(".json"))


def shipped_book(name: str) -> Traversable | None:
    """The folder of a book that ships with the program, such as `koodrive`; None where there is none of that name."""
    folder = _shipped("rules").joinpath(name)
    return folder if folder.is_dir() else None


def _shipped(folder: str) -> Traversable:
    """A folder that stands beside the package in a checkout, and inside it (`engine/data`) where the program is installed."""
    installed = files(engine).joinpath("data", folder)
    return installed if installed.is_dir() else files(engine).joinpath("..", folder)
