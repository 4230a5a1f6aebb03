"""The commands, one module each; they read what the user names, call the engine, and print. Nothing is decided here about prices."""
