"""The command line: `app` and one file a command. Nothing heavy is imported before a command runs."""
