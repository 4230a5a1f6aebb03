"""The fixtures of the editor's tests."""

from tests.editor.session import editor, served

__all__ = ["editor", "served"]
