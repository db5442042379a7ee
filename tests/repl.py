#!/usr/bin/env python3
"""Types into the REPL through a pseudo-terminal and checks what comes back.

    tests/repl.py path/to/beamlet                 checks
    tests/repl.py path/to/beamlet --transcript    checks, and prints the session as it was on the screen

Answers the terminal's question for the cursor's position, as a terminal does. Nothing here waits for a fixed time: every step
waits for its text, and fails when it does not come.
"""

import os
import pty
import re
import select
import signal
import sys
import tempfile
import time

LIMIT = 20
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[78]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07]*\x07")


class Repl:
    def __init__(self, binary, history, directory):
        self.output = b""
        self.seen = 0
        self.started = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            env = dict(os.environ, BEAMLET_HISTORY=history, TERM="xterm-256color", COLUMNS="100", LINES="40", NO_COLOR="1")
            os.execve(binary, [binary, "repl"], env)

    def read(self, wait):
        ready, _, _ = select.select([self.terminal], [], [], wait)
        if not ready:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return None
        if not data:
            return None
        if b"\x1b[6n" in data:
            os.write(self.terminal, b"\x1b[1;1R")
        self.output += data
        return True

    def text(self):
        return ESCAPES.sub(b"", self.output).decode("utf-8", "replace")

    def expect(self, wanted):
        """Waits until the text appears after what was seen so far."""
        deadline = time.monotonic() + LIMIT
        while True:
            at = self.text().find(wanted, self.seen)
            if at >= 0:
                self.seen = at + len(wanted)
                return
            if time.monotonic() > deadline or self.read(0.2) is None:
                sys.exit(f"FAILED: waited for {wanted!r}, and got:\n{self.text()[max(self.seen - 600, 0):]}")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def enter(self, text, *wanted):
        """Types an entry, and waits for what it gives and for the next prompt."""
        self.type(text + "\r")
        for one in wanted:
            self.expect(one)

    def prompt(self, number):
        self.expect(f"iex({number})> ")

    def end(self):
        self.type("\x04")
        deadline = time.monotonic() + LIMIT
        while self.read(0.2) is not None and time.monotonic() < deadline:
            pass
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        history = os.path.join(directory, "history")
        with open(os.path.join(directory, ".iex.exs"), "w") as dot:
            dot.write("from_dot = :dotted\n")
        with open(os.path.join(directory, "area.ex"), "w") as source:
            source.write("defmodule Area do\n  def square(x), do: x * x\nend\n")

        repl = Repl(binary, history, directory)
        repl.prompt(1)
        started = time.monotonic() - repl.started
        number = 1

        def step(text, *wanted):
            nonlocal number
            repl.enter(text, *wanted)
            number += 1
            repl.prompt(number)

        # What fails is not counted.
        def fails(text, *wanted):
            repl.enter(text, *wanted)
            repl.prompt(number)

        step("1 + 1", "\n2")
        step("x = 40", "\n40")
        step("x + 2", "\n42")
        step("from_dot", ":dotted")
        step("v(1)", "\n2")
        step("v", "\n2")
        # An entry over several lines.
        repl.type("Enum.map([1, 2],\r")
        repl.expect("...")
        step("  & &1 * 3)", "[3, 6]")
        repl.type("defmodule Greeter do\r")
        repl.expect("...")
        repl.type("  def hello(name), do: \"hello \" <> name\r")
        step("end", "{:module, Greeter")
        step('Greeter.hello("you")', '"hello you"')
        # Imports and aliases stay.
        step("import Bitwise", "Bitwise")
        step("band(6, 3)", "\n2")
        step("alias Greeter, as: G", "Greeter")
        step('G.hello("me")', '"hello me"')
        # Errors are shown, and nothing is lost.
        fails("raise \"oops\"", "** (RuntimeError) oops")
        fails("unbound + 1", "undefined function unbound")
        fails("1 = 2", "** (MatchError)")
        fails(")", "closes nothing")
        fails("throw(:ball)", "** (throw) :ball")
        fails("exit(:door)", "** (exit) :door")
        step("x", "\n40")
        # A process that is linked takes the evaluating one along, not what was bound.
        fails("spawn_link(fn -> exit(:gone) end); Process.sleep(:infinity)", "shell process exited with reason: :gone")
        step("x", "\n40")
        # Ctrl-C ends an evaluation that would not end.
        repl.type("loop = fn f -> f.(f) end; loop.(loop)\r")
        repl.expect("loop.(loop)")
        time_to_start = time.monotonic() + 1
        while time.monotonic() < time_to_start:
            repl.read(0.1)
        repl.type("\x03")
        repl.expect("interrupted")
        repl.prompt(number)
        # What is typed after a question that was interrupted is for the REPL.
        repl.type('IO.gets("name? ")\r')
        repl.expect("\nname? ")
        repl.type("\x03")
        repl.expect("interrupted")
        repl.prompt(number)
        step("x", "\n40")
        # Errors show the line of the entry; names of imported functions go without parentheses; operators go on with the last value.
        fails("nowhere()", f"iex:{number}:1")
        repl.type("pwd\r")
        repl.expect("pwd\r\n")
        before = repl.seen
        number += 1
        repl.prompt(number)
        if "warning" in repl.text()[before:]:
            sys.exit("FAILED: a warning for pwd")
        step("[3, 1, 2]", "[3, 1, 2]")
        step("|> Enum.sort()", "[1, 2, 3]")
        repl.type("|> Enum.map(\r")
        repl.expect("...")
        step("& &1 * 2)", "[2, 4, 6]")
        step("1; two = 2; two", "\n2")
        # What is pasted, blank lines and tabs included, is one entry.
        step("\x1b[200~if true do\n\n\t:pasted\nend\x1b[201~", "\n:pasted")
        step('String.duplicate("é世", 200) |> String.length()', "\n400")
        # Helpers.
        step("h Enum.count/1", "def count(enumerable)")
        step("i :hello", "Atom")
        step('c "area.ex"', "[Area]")
        step("Area.square(7)", "\n49")
        step("r Area", "{:reloaded, [Area]}")
        step("ls", "area.ex")
        step("send(self(), :letter)", ":letter")
        step("flush", ":letter")
        step("pid(0, 1, 0)", "#PID<0.1.0>")
        step("b Enumerable", "@callback")
        step("t Enum", "@type acc() :: any()")
        step("h if", "defmacro if(")
        step("h Area.square", "def square(x)")
        step("runtime_info", "Elixir version")
        repl.type('IO.gets("name? ")\r')
        repl.expect('")\r\nname? ')
        step("Joe", '"Joe\\n"')
        # Completion: one candidate is put in.
        repl.type("Greeter.hel\t")
        repl.expect("Greeter.hello")
        step('("tab")', '"hello tab"')
        repl.type("m = %{alpha_key: 1}\r")
        number += 1
        repl.prompt(number)
        repl.type("m.alp\t")
        repl.expect("alpha_key")
        step("", "\n1")
        repl.type("%URI{por\t")
        repl.expect("%URI{port: ")
        step("80}.port", "\n80")
        repl.type('File.read!("area.e\t')
        repl.expect("area.ex")
        step('") |> byte_size()', "\n49")
        # An entry is given up with Ctrl-C.
        repl.type("half an ent\x03")
        repl.prompt(number)
        step(":still_here", ":still_here")
        status = repl.end()
        if "--transcript" in sys.argv:
            print(repl.text().replace("\r", ""))
        if status != 0:
            sys.exit(f"FAILED: the REPL ended with status {status}")

        # The history outlives the session: the arrow gives the last entry, whole.
        repl = Repl(binary, history, directory)
        repl.prompt(1)
        repl.type("\x1b[A")
        repl.expect(":still_here")
        repl.enter("", ":still_here")
        repl.prompt(2)
        repl.enter("System.halt(7)")
        deadline = time.monotonic() + LIMIT
        while repl.read(0.2) is not None and time.monotonic() < deadline:
            pass
        _, status = os.waitpid(repl.pid, 0)
        if os.waitstatus_to_exitcode(status) != 7:
            sys.exit(f"FAILED: System.halt(7) gave {status}")

        # A terminal that is gone ends it, under nohup too.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        repl = Repl(binary, history, directory)
        repl.prompt(1)
        os.close(repl.terminal)
        _, status = os.waitpid(repl.pid, 0)
        if os.waitstatus_to_exitcode(status) != 129:
            sys.exit(f"FAILED: a terminal that is gone gave {status}")

    print(f"ok: {number} entries; first prompt after {started * 1000:.0f} ms")


signal.signal(signal.SIGALRM, lambda *_: sys.exit("FAILED: took too long"))
signal.alarm(120)
main()
