"""The table of README.md, made from the vectors: `python -m tests.conformance.readme` writes it, a test compares it."""

from collections import Counter

from tests.conformance.facts import HERE, LISTED, VECTORS

README = HERE / "README.md"
BEGIN, END = "<!-- counts: begin -->\n", "<!-- counts: end -->\n"


def counts() -> str:
    """How many vectors of each kind are equal to the last digit, and how many are listed with a reason."""
    vectors = Counter(vector["kind"] for vector in VECTORS)
    listed = Counter(vector["kind"] for vector in VECTORS if vector["id"] in LISTED)
    rows = [f"| {kind} | {count} | {count - listed[kind]} | {listed[kind]} |" for kind, count in sorted(vectors.items())]
    all_listed = sum(listed.values())
    rows.append(f"| **all** | **{len(VECTORS)}** | **{len(VECTORS) - all_listed}** | **{all_listed}** |")
    head = ["| kind | vectors | equal to the last digit | listed with a reason |", "|---|---|---|---|"]
    left_out = [
        f"| `{vector['id']}` | {LISTED[vector['id']]['lacks']} | {LISTED[vector['id']]['reason'].strip()} |" for vector in VECTORS if vector["id"] in LISTED
    ]
    return "\n".join([*head, *rows, "", "| listed | lacks | why |", "|---|---|---|", *left_out]) + "\n"


def with_counts(text: str) -> str:
    """README.md with the table of today."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + counts() + END + after


if __name__ == "__main__":
    README.write_text(with_counts(README.read_text("utf-8")), "utf-8")
