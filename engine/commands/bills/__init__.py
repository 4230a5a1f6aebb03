"""The bills of a period: charges and accounts become every invoice, numbered, written and told."""
