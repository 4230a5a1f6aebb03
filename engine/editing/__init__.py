"""Edits of rule files: which value is meant, and which words of which file become others; nothing is read from a disk or written to one."""
