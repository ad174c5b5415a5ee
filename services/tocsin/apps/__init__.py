"""The commands, thin: settings → build → run. ``cli`` parses the words, each module here does one job."""
