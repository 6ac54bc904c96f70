"""A program of its own: reads content as JSON from standard input, writes the PDF to standard output.

Run as a file, apart from the application, so that whoever asks for a PDF can stop waiting for it.
"""

import json
import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent


def main() -> None:
    asked = json.load(sys.stdin.buffer)
    pdf = typst.compile(
        str(HERE / "addendum.typ"),
        root=str(HERE),
        format="pdf",
        # Those inside the package, and the machine's for letters they lack: Chinese, say.
        font_paths=typst.Fonts(),
        sys_inputs={"content": json.dumps(asked["content"], ensure_ascii=False)},
        timestamp=asked["timestamp"],
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
