"""A machine without watchfiles."""

import sys

sys.modules["watchfiles"] = None
