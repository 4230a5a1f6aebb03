"""What opens files and engines to rate usage at scale: a part of the shell."""
