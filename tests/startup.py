#!/usr/bin/env python3
"""Measures how long the command takes until it is of use: prints medians, and asserts nothing.

    tests/startup.py path/to/beamlet [RUNS]

The REPL is timed through a pseudo-terminal, from its start to the first prompt, answering the terminal's question for the
cursor's position as a terminal does; a script and an expression from their start to their end.
"""

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time


def prompt(binary, directory):
    """Seconds until the first prompt of the REPL is on the screen."""
    started = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(directory)
        history = os.path.join(directory, "history")
        os.execve(binary, [binary, "repl"], dict(os.environ, BEAMLET_HISTORY=history, TERM="xterm-256color"))
    seen = b""
    while b"(1)>" not in seen:
        if not select.select([terminal], [], [], 20)[0]:
            sys.exit(f"no prompt within 20 s, but {seen!r}")
        data = os.read(terminal, 65536)
        if b"\x1b[6n" in data:
            os.write(terminal, b"\x1b[1;1R")
        seen += data
    taken = time.monotonic() - started
    os.write(terminal, b"\x04")
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return taken


def program(command, directory):
    """Seconds until a program has ended."""
    started = time.monotonic()
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def main():
    binary, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as directory:
        script = os.path.join(directory, "hello.exs")
        with open(script, "w") as file:
            file.write('IO.puts("hello")\n')
        measures = [
            ("REPL, first prompt", lambda: prompt(binary, directory)),
            ("script", lambda: program([binary, script], directory)),
            ("-e", lambda: program([binary, "-e", "IO.puts(1)"], directory)),
        ]
        for name, measure in measures:
            measure()
            taken = sorted(measure() * 1000 for _ in range(runs))
            print(f"{name:20} median {statistics.median(taken):6.1f} ms   fastest {taken[0]:6.1f} ms")


if __name__ == "__main__":
    main()
