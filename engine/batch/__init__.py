"""A part of the shell: opens the files and engines by which usage of any size is read, rated and billed."""
