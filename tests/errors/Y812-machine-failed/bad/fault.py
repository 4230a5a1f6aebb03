"""The folder in which the command runs is deleted."""

import os

os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
