"""It crashes the process while it is imported.

$ ferbench run --model bad --dataset pictures --isolate
exit 2: The process was ended by SIGSEGV
"""

import ctypes

ctypes.string_at(0)
