"""Runs cells in one kernel as JupyterLab's "Run All" does, and writes what came under which cell.

    python tests/kernel_driver.py [DENO] < cells.json > shown.json

cells.json is a list of batches. The cells of a batch are sent at once; the next batch is sent when
all of them are answered and the kernel is quiet. A cell is its source, or {"source", "interrupt"}
with the seconds after which it is interrupted. DENO replaces the program of the course's kernel.
"""

import json
import sys
import time
from queue import Empty

from jupyter_client.manager import KernelManager

QUIET_SECONDS = 0.4
CELL_SECONDS = 60


def main(batches, deno):
    manager = KernelManager(kernel_name="deno")
    if deno:
        manager.kernel_spec.argv[0] = deno
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        return [run(manager, client, batch) for batch in batches]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(manager, client, batch):
    cells = [cell if isinstance(cell, dict) else {"source": cell} for cell in batch]
    shown = {client.execute(cell["source"], stop_on_error=False): [] for cell in cells}
    for cell in cells:
        if "interrupt" in cell:
            time.sleep(cell["interrupt"])
            manager.interrupt_kernel()
    replies, idle = {}, set()
    deadline = time.monotonic() + CELL_SECONDS
    while time.monotonic() < deadline:
        finished = len(replies) == len(idle) == len(cells)
        try:
            message = client.get_iopub_msg(timeout=QUIET_SECONDS)
        except Empty:
            if finished:
                break
        else:
            parent, kind = message["parent_header"].get("msg_id"), message["msg_type"]
            if parent in shown and kind == "status":
                if message["content"]["execution_state"] == "idle":
                    idle.add(parent)
            elif parent in shown and kind != "execute_input":
                shown[parent].append(output(message, late=parent in idle))
        while client.shell_channel.msg_ready():
            reply = client.get_shell_msg()
            replies[reply["parent_header"]["msg_id"]] = reply["content"]
    return [
        {"outputs": outputs, "status": replies.get(parent, {}).get("status")}
        for parent, outputs in shown.items()
    ]


def output(message, late):
    content = message["content"]
    return {
        "kind": message["msg_type"],
        "stream": content.get("name"),
        "text": content.get("text", ""),
        "data": content.get("data", {}),
        "error": "\n".join([content.get("evalue", ""), *content.get("traceback", [])]).strip(),
        "late": late,
    }


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin), *(sys.argv[1:] or [None])), sys.stdout)
