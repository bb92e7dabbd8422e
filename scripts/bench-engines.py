"""Runs the benches of the engines and writes docs/bench/engines.md: limits with what was measured, then all figures."""

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
ENGINES = ["draw", "growth", "reach", "forecast", "siting"]
# Limits of single benches, in seconds (per element where the bench counts elements).
LIMITS = {
    "150,000 objects x 20,000 inspectors/quarter: run, file to file": 1,
    "150,000 objects x 20,000 inspectors/all: draw": 1,
    "150,000 objects x 20,000 inspectors/tight: draw": 1,
    "WHO/one indicator (weight for age)": 1e-6,
    "WS/T 423/one indicator (weight for age)": 1e-6,
    "forecast/215 streets, 5 years, 1,000 draws": 2,
}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    version = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, rustc {version}"


def spell(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def siting(exact):
    """The rows of siting_bench as lists of cells."""
    words = ["cargo", "run", "--release", "--quiet", "-p", "siting", "--example", "siting_bench"]
    words += ["--features", "exact"] if exact else []
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if line.startswith("|")]
    return rows[2:]


def criterion(engine):
    """(name, seconds per iteration or element, whether per element) of each bench."""
    def written():
        return {file: file.stat().st_mtime_ns for file in (TARGET / "criterion").glob("**/new/estimates.json")}

    before = written()
    subprocess.run(["cargo", "bench", "--quiet", "-p", engine, "--bench", engine, "--", "--quick"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    found = []
    for file, when in written().items():
        if before.get(file) == when:
            continue
        about = json.loads(file.with_name("benchmark.json").read_text())
        estimates = json.loads(file.read_text())
        seconds = (estimates.get("slope") or estimates["mean"])["point_estimate"] * 1e-9
        elements = (about.get("throughput") or {}).get("Elements")
        found.append((about["full_id"], seconds / (elements or 1), elements is not None))
    return sorted(found)


def number(cell):
    return float(cell.removesuffix("%"))


def limits_of_siting(plain, exact):
    """(limit, measured, met) from the rows: name, status, value, bound, gap, seconds, bound from, check."""
    def rows(table, *starts):
        return [row for row in table if row[0].startswith(starts)]

    def worst(chosen):
        return max(number(row[4]) for row in chosen)

    def slowest(chosen):
        return max(float(row[5]) for row in chosen)

    pmed = [row for row in rows(plain, "pmed") if not row[0].startswith("pmedcap")]
    total = sum(float(row[5]) for row in pmed)
    found = [("twenty p-median graphs: gap ≤ 0.5 %, ≤ 30 s in all", f"{worst(pmed):.3f} %, {total:.1f} s",
              worst(pmed) <= 0.5 and total <= 30 and len(pmed) == 20)]
    for name, gap, seconds in (("SJC", 1, None), ("PCB3038", 1.5, 10), ("BDS10000A", 3, 30), ("city", 2, 60), ("the same", 2, 5)):
        chosen = rows(plain, name)
        says = {"city": "city, 50 new sites", "the same": "the city after a lock"}.get(name, name) + ", without HiGHS"
        limit = f"{says}: gap ≤ {gap} %" + (f" in {seconds} s" if seconds else "")
        met = worst(chosen) <= gap and (seconds is None or slowest(chosen) <= seconds)
        found.append((limit, f"{worst(chosen):.3f} %, {slowest(chosen):.2f} s", met))
    if exact:
        for name, says in (("SJC", "SJC324, 500, 818"), (("pmedcap", "cap"), "pmedcap and cap")):
            chosen = rows(exact, *([name] if isinstance(name, str) else name))
            proved = sum(row[1] == "proved" for row in chosen)
            found.append((f"{says} proved with HiGHS", f"{proved} of {len(chosen)}, slowest {slowest(chosen):.2f} s", proved == len(chosen)))
    every = plain + exact
    sound = sum("sound" in row[7] for row in every)
    found.append(("each answer and each bound by prices checked", f"{sound} of {len(every)} sound", sound == len(every)))
    return found


def main():
    with_exact = "--without-exact" not in sys.argv
    plain = siting(False)
    exact = siting(True) if with_exact else []
    if len(plain) < 30:
        sys.exit("skipped: ../shared absent")
    limits = limits_of_siting(plain, exact)
    figures = [(engine, *row) for engine in ENGINES for row in criterion(engine)]
    for name, seconds, each in ((name, seconds, each) for _, name, seconds, each in figures if name in LIMITS):
        limit = "≥ 1,000,000 per second" if each else f"≤ {LIMITS[name]} s"
        measured = f"{1 / seconds:,.0f} per second" if each else spell(seconds)
        limits.append((f"{name}: {limit}", measured, seconds <= LIMITS[name]))
    lines = [
        "# The engines against their limits",
        "",
        f"{datetime.date.today()}, `make bench-engines`. CPU seconds of one thread; {machine()}. Beside other programs: `peers-*.md`.",
        "",
        "| Limit | measured | met |",
        "|---|---|---|",
        *(f"| {limit} | {measured} | {'yes' if met else '**no**'} |" for limit, measured, met in limits),
        "",
        "## Criterion benches",
        "",
        "| Engine | bench | CPU time |",
        "|---|---|---|",
        *(f"| {engine} | {name} | {spell(seconds)}{' each' if each else ''} |" for engine, name, seconds, each in figures),
    ]
    head = ["", "| instance | status | value | bound | gap | CPU s | bound from | check |", "|---|---|---|---|---|---|---|---|"]
    for title, table in (("Siting, own bounds only", plain), ("Siting with the feature `exact`", exact)):
        if table:
            lines += ["", f"## {title}", *head, *("| " + " | ".join(row) + " |" for row in table)]
    out = ROOT / "docs/bench/engines.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    sys.exit(any(not met for _, _, met in limits))


if __name__ == "__main__":
    main()
