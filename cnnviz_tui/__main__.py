"""``python -m cnnviz_tui`` is ``cnnviz``."""

from __future__ import annotations

from cnnviz_tui.cli import main

if __name__ == "__main__":
    main(prog_name="cnnviz")
