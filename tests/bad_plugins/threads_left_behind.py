"""It starts a thread that never ends while it is imported.

$ ferbench list models
exit 0:
"""

import threading
import time


def rest():
    """Sleep for ever."""
    while True:
        time.sleep(60)


threading.Thread(target=rest, daemon=True).start()
