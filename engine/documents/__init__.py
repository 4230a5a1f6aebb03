"""Documents for people and for programs: sheets, quotes, changes, invoices, e-invoices, findings; words, and writers for each format."""
