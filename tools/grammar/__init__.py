"""The grammar of the rule language: a table a section, of which schemas, what editors show and the reference pages are made."""
