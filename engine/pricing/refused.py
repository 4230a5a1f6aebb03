"""How rating stops for a user's mistake: the diagnostics travel up to `price_order`, which turns them into a Refusal."""

from engine.diagnostics import Diagnostic


class Refused(Exception):
    """An order cannot be priced; `diagnostics` holds at least one error. Caught at the edge of pricing, never seen by users."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)
