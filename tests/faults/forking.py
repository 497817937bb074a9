"""Makes calls in several processes, as servers and job runners do, and prints their record ids.

Args:
    1: ``prefork`` (os.fork, workers that configure, as gunicorn's post_fork does), ``unconfigured`` (os.fork after
        configure(), workers that do not), ``fork`` or ``spawn`` (multiprocessing).
    2: Number of workers.
    3: Calls of each process.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

import otel_usage


def calls(count: int) -> None:
    """Calls of 1,000 tokens in and 100 out."""
    for _ in range(count):
        with otel_usage.inference("openai", model="gpt-4o", agent="worker") as call:
            call.record(otel_usage.TokenUsage(input=1_000, output=100))


def work(count: int) -> None:
    """What a worker of multiprocessing does; it ends without another word."""
    otel_usage.configure()
    calls(count)


def main(how: str, workers: int, count: int) -> None:
    """The parent makes calls of its own before and after."""
    otel_usage.configure()
    calls(count)
    if how in {"prefork", "unconfigured"}:
        children = []
        for _ in range(workers):
            child = os.fork()
            if child == 0:
                if how == "prefork":
                    otel_usage.configure()
                calls(count)
                sys.exit(0)  # as a worker ends: exit handlers run
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
    else:
        multiprocessing.set_start_method(how)
        processes = [multiprocessing.Process(target=work, args=(count,)) for _ in range(workers)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
            assert process.exitcode == 0
    calls(count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
