"""Programs for those who work on pricebook itself; nothing here is installed."""
