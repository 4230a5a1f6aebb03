"""The package's own data: fonts, templates, translations, schemas. The only files that the core reads, and never a user's."""

from importlib.resources import files

import engine


def package_data(*path: str) -> bytes:
    """The bytes of a file that ships inside the package, by its path below `engine`: ("documents", "fonts", "OFL.txt")."""
    return files(engine).joinpath(*path).read_bytes()
