"""Nine rule files, each as large as one may be, lie in one folder."""

from pathlib import Path

Path("wide").mkdir()
for number in range(9):
    with Path(f"wide/{number}.yaml").open("wb") as stream:
        stream.truncate(8 * 1024 * 1024)
