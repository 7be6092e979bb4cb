"""It never comes to an end while it is imported.

$ ferbench run --model bad --dataset pictures --isolate --time-limit 4
exit 2: it took longer than 4 s
"""

import time

time.sleep(3600)
