"""The language server: what an editor asks of a price book while it is written. It says what the other rooms know, and decides nothing."""
