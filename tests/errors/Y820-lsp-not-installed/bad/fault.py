"""A machine without pygls."""

import sys

sys.modules["pygls"] = sys.modules["pygls.lsp.server"] = None
