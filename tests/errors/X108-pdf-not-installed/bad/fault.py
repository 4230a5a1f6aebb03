"""A machine without WeasyPrint."""

import sys

sys.modules["weasyprint"] = None
