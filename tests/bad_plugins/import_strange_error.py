"""It raises an error of ferbench's own kind whose parts are no texts.

$ ferbench list models
exit 2: raised PluginError
"""

from ferbench.errors import PluginError

raise PluginError(1, None, b"")
