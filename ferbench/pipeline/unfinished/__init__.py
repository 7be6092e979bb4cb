"""What a run had answered when it stopped: shards on disk, and what must hold before they are trusted."""
