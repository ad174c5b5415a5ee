"""The commands, thin: settings → build → run. ``cli.py`` parses the words, each module here does one job."""
