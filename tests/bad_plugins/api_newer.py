"""It is written for a later version of ferbench's API.

$ ferbench list models
exit 2: It is 99; this ferbench knows versions up to 1
"""

FERBENCH_API = 99
