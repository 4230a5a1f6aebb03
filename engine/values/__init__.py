"""Numbers, dates, units and places in a text. Nothing here knows what a price book is."""
