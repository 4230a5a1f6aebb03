"""The pricing engine: price books in, exact charges with their reasons out.

Floors, lowest first: values, model and diagnostics, language, pricing, usage, billing, sheet and review, lints and documents, shell. A module imports
only from floors below its own; `tests/test_architecture.py` holds this.
"""
