"""Runs notebooks, each in a fresh kernel of the course, and writes what they show.

    python tasks/execute.py [--check] NOTEBOOK...

Writes each notebook in the one form in which it is committed; with --check it writes nothing and
compares, byte for byte, with the file. Prints a line for each notebook and ends with status 1 if
one of them failed.
"""

import asyncio
import difflib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionComplete,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

AT_ONCE = 2  # notebooks
CELL_SECONDS = 300
if os.environ.get("STEP_ZERO_NUMERICS") == "reference":
    CELL_SECONDS *= 10  # plain loops, about as much slower than the vector kernels
QUIET_SECONDS = 0.1  # a kernel that has answered and then printed nothing for so long is done
METADATA = {
    "kernelspec": {"display_name": "Deno", "language": "typescript", "name": "deno"},
    "language_info": {
        "codemirror_mode": "typescript",
        "file_extension": ".ts",
        "mimetype": "text/x.typescript",
        "name": "typescript",
        "pygments_lexer": "typescript",
    },
}
CELL_METADATA = {"tags", "jupyter", "slideshow"}


class Failed(Exception):
    """A notebook that did not run, or not as committed; the message says why."""


class Client(NotebookClient):
    """A client that goes on reading after "idle" until the kernel has answered one more request
    and is quiet: a kernel may report idle before a cell's last outputs are out, on a busy machine
    by seconds."""

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        request, answered = None, False
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(
                    timeout=QUIET_SECONDS if answered else None
                )
            except Empty:
                return
            parent = message["parent_header"].get("msg_id")
            if parent == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    request = self.kc.kernel_info()
            elif parent == request and message["content"].get("execution_state") == "idle":
                answered = True


async def execute(path):
    """The notebook at `path` after a run from top to bottom, as text."""
    notebook = read(path)
    client = Client(
        notebook,
        kernel_name="deno",
        timeout=CELL_SECONDS,
        iopub_timeout=CELL_SECONDS,
        raise_on_iopub_timeout=True,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with tempfile.TemporaryFile("w+") as terminal:
        try:
            await client.async_execute(stderr=terminal)
        except CellExecutionError as error:
            raise Failed(explain(error, client)) from None
        except CellTimeoutError as error:
            raise Failed(f"{where(client)}: {error}") from None
        except DeadKernelError:
            terminal.seek(0)
            raise Failed(f"{where(client)}: the kernel died\n{terminal.read()}") from None
    return canonical(notebook)


def read(path):
    """The notebook in a file, each cell with an id that stays the same from run to run."""
    content = json.loads(path.read_text("utf-8"))
    used = set()
    for cell in content["cells"]:
        source = "".join(cell["source"])
        cell.setdefault("id", hashlib.sha256(source.encode()).hexdigest()[:8])
        while cell["id"] in used:
            cell["id"] += "x"
        used.add(cell["id"])
    content = {**content, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.reads(json.dumps(content), as_version=4)


def where(client):
    return f"code cell {client.code_cells_executed}"


def explain(error, client):
    """What went wrong in the last cell; a kernel that gives no reason (a newer Deno, for a
    syntax error) is helped out by parsing the cell."""
    cells = [cell for cell in client.nb.cells if cell.cell_type == "code" and cell.source.strip()]
    source = cells[client.code_cells_executed - 1].source
    reason = str(error).split("------------------\n")[-1].strip()
    if not reason:
        deno = Path(sys.executable).with_name("deno")
        parsed = subprocess.run(
            [deno, "fmt", "--ext=ts", "-"],
            input=source,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "NO_COLOR": "1"},
        )
        reason = parsed.stderr.split("Stack backtrace")[0].strip() or (
            "the kernel gives no reason: often an import that it cannot find"
        )
    return f"{where(client)}\n{textwrap.indent(source, '    ')}\n{reason}"


def canonical(notebook):
    """The notebook in the form in which it is committed: nothing that differs between two runs."""
    notebook.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        cell.source = cell.source.rstrip()
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA}
        if cell.cell_type != "code":
            continue
        if cell.source:
            count += 1
        cell.execution_count = count if cell.source else None
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def merge_streams(outputs):
    """Neighbouring pieces of one stream as one piece: where a kernel cuts is chance."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def difference(committed, executed):
    """Which code cells differ, and the first lines that do, cut to a readable width."""
    before, after = (
        [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        for text in (committed, executed)
    )
    cells = [str(i) for i, pair in enumerate(zip(before, after), 1) if pair[0] != pair[1]]
    lines = difflib.unified_diff(
        committed.splitlines(), executed.splitlines(), "committed", "executed", lineterm="", n=1
    )
    shown = [line if len(line) <= 160 else line[:160] + "..." for line in lines]
    place = f"code cell {', '.join(cells)}" if cells else "its form alone"
    return "\n".join([f"differs from the file in {place}", *shown[:40]])


async def process(path, check):
    started = time.monotonic()
    try:
        executed = await execute(path)
        committed = path.read_bytes()
        if not check:
            path.write_bytes(executed.encode())
        elif executed.encode() != committed:
            raise Failed(difference(committed.decode(), executed))
    except Failed as failure:
        print(f"FAILED {path.name}: {failure}", flush=True)
        return False
    print(f"ok {path.name} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


async def main(arguments):
    check = "--check" in arguments
    paths = [Path(argument).resolve() for argument in arguments if argument != "--check"]
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(path):
        async with places:
            return await process(path, check)

    return all(await asyncio.gather(*map(in_turn, paths)))


if __name__ == "__main__":
    os.environ["STEP_ZERO_STRICT"] = "1"  # a claim that does not hold is an error
    sys.exit(0 if asyncio.run(main(sys.argv[1:])) else 1)
