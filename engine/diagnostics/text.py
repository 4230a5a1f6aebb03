"""Codes of family Y: what is wrong with a file as a text, before it means anything."""

from engine.diagnostics.record import CodeInfo
