"""Where cnnviz keeps what it remembers."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the folder of the learner's own data: `CNNVIZ_HOME`, else the system's place for it.

    The folder need not exist.
    """
    home = os.environ.get("CNNVIZ_HOME")
    if home:
        # Unlike Path.expanduser this leaves the tilde of an unknown user as it is.
        return Path(os.path.expanduser(home))
    from platformdirs import user_data_path

    return user_data_path("cnnviz", appauthor=False)


def database_file() -> Path:
    """Return where the progress database lies."""
    return data_folder() / "progress.db"
