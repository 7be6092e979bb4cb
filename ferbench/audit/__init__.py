"""Checks of what is stored or handed over: recorded runs, bundles of other labs, single images run again."""
