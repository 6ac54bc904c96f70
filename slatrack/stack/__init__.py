"""The local stack: from a bare machine to a served page with one command, and back to nothing with Ctrl-C.

`bootstrap.py` runs under the system's Python and makes the environment; everything else runs inside it.
`docs/operators.md` describes how to use it, `docs/decisions/local-stack.md` why it is built this way.
"""
