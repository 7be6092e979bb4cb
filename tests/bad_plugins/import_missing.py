"""It needs a library that is not here.

$ ferbench list models
exit 2: ModuleNotFoundError: No module named 'no_such_library'
"""

import no_such_library  # noqa: F401
