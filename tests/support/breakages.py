"""What a photo might do to a decoder; a worker finds these by their names."""

import os
import signal
import time


def hang() -> None:
    time.sleep(60)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def eat_memory() -> None:
    bytearray(1 << 36)


def spin() -> None:
    while True:
        pass
