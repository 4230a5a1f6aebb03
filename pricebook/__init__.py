"""Pricing as code: price books in YAML, exact quotes with every step, price sheets and invoices that cannot disagree with them."""
