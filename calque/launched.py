"""Where this process stands among those of one launch (`accelerate launch`, torchrun).

All of them run the whole command. A step that trains is done by all at once, every other step and
every file by one, while the others wait.
"""

import os


def several() -> bool:
    """Whether other processes were launched with this one."""
    return int(os.environ.get("WORLD_SIZE") or 1) > 1


def first() -> bool:
    """Whether this is the one that writes and speaks."""
    return not several() or int(os.environ.get("RANK") or 0) == 0


def wait() -> None:
    """Go on once all have come here."""
    if several():
        from calque.models.running import processes

        processes().wait_for_everyone()
