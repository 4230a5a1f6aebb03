"""A machine without PyArrow."""

import sys

sys.modules["pyarrow"] = None
