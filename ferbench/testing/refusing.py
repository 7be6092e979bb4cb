"""What nothing has, and everything must refuse."""

from __future__ import annotations

#: Nothing has an option of this name.
OPTION = "ferbench_check_no_such_option"
