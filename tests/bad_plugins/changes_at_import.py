"""It changes everything that is everybody's while it is imported.

$ ferbench list models
exit 0:
"""

from tests.bad_plugins.everybodys import change

change()
