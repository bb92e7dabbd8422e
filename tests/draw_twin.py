#!/usr/bin/env python3
"""The draw of docs/engines/draw.md once more, written from that page alone and sharing no code with crates/draw.

    draw_twin.py run INPUT.json SEED       record and draw; prints the canonical result
    draw_twin.py verify RESULT.json        exit 1 and the member that differs
    draw_twin.py lines                     one {"input", "seed", "requests"} per line of standard input, one answer each

`cargo test -p draw --test twin` feeds `lines` with a thousand random inputs and compares every answer.
Only the standard library is used; it is written to be read beside the specification, not to be fast.
"""
import hashlib, heapq, json, sys
from decimal import Decimal


class Infeasible(Exception):
    pass


def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return json.dumps(value, ensure_ascii=False)


def digests(value):
    text = canonical(value).encode()
    return {"sha256": hashlib.sha256(text).hexdigest(), "sm3": hashlib.new("sm3", text).hexdigest()}


def load(text):
    return json.loads(text, parse_float=Decimal)


def units(number):
    return int(Decimal(number) * 10000)


def record(given):
    """Section 2: the canonical input and its digests."""
    rules = dict(given["rules"])
    team = rules.setdefault("officers_per_object", 2)
    for name, default in [("certified_at_least", team), ("max_per_officer", None), ("pair_repeat", "refuse"),
                          ("per_stratum_minimum", 0), ("skill_required", None),
                          ("skilled_at_least", team if rules.get("skill_required") else 0)]:
        if rules.get(name) is None:
            rules[name] = default
    made = {k: given[k] for k in ("title", "region", "month", "seed_source", "committed_on") if given.get(k) is not None}
    made["rules"] = {k: v for k, v in rules.items() if v is not None or k in ("max_per_officer", "skill_required")}
    made["objects"] = sorted(({"id": o["id"], "name": o.get("name", ""), "stratum": o.get("stratum", ""),
                               "weight": o.get("weight", 1)} for o in given["objects"]), key=lambda o: o["id"])
    made["inspectors"] = sorted(({"id": i["id"], "name": i.get("name", ""), "certified": i["certified"],
                                  "skills": sorted(set(i.get("skills", []))),
                                  "recused_from": sorted(set(i.get("recused_from", [])))}
                                 for i in given["inspectors"]), key=lambda i: i["id"])
    teams = []
    for old in given.get("previous", []):
        old = {k: v for k, v in {"object": old.get("object"), "officers": sorted(old["officers"])}.items() if v is not None}
        if old not in teams:
            teams.append(old)
    made["previous"] = sorted(teams, key=lambda p: ("object" in p, p.get("object", ""), p["officers"]))
    check(made)
    return {**made, "digests": digests(made), "format": "shanyu-draw-record/1"}


def size(made):
    rules = made["rules"]
    return rules["sample"] if "sample" in rules else -(-units(rules["share"]) * len(made["objects"]) // 10000)


def strata(made):
    names = sorted({o["stratum"] for o in made["objects"]})
    return {name: [o for o in made["objects"] if o["stratum"] == name] for name in names}


def check(made):
    """Section 6: what no draw can keep, whatever the seed."""
    rules, count, groups = made["rules"], size(made), strata(made)
    least = rules["per_stratum_minimum"]
    if count > len(made["objects"]) or any(len(g) < least for g in groups.values()) or least * len(groups) > count:
        raise Infeasible("sample")
    if max(rules["certified_at_least"], rules["skilled_at_least"]) > rules["officers_per_object"]:
        raise Infeasible("team")
    for quality, each in [(1, rules["certified_at_least"]), (2, rules["skilled_at_least"]), (0, rules["officers_per_object"])]:
        people = [i for i in made["inspectors"] if usable(made, i) and (quality == 0 or qualities(made, i)[quality - 1])]
        most = rules["max_per_officer"] or 2 ** 32
        if each and (len(people) < each or count * each > len(people) * most):
            raise Infeasible("officers")
        if any(sum(o["id"] not in i["recused_from"] for i in people) < each for o in made["objects"]):
            raise Infeasible("recused_from")


def qualities(made, person):
    rules = made["rules"]
    return (rules["certified_at_least"] == 0 or person["certified"],
            rules["skilled_at_least"] == 0 or rules["skill_required"] in person["skills"])


def usable(made, person):
    rules = made["rules"]
    certified, skilled = qualities(made, person)
    return ((certified or rules["certified_at_least"] < rules["officers_per_object"])
            and (skilled or rules["skilled_at_least"] < rules["officers_per_object"]))


class Stream:
    """Section 3."""

    def __init__(self, made, seed):
        self.key = hashlib.sha256(f"shanyu-draw/1\n{made['digests']['sha256']}\n{seed}".encode()).digest()

    def block(self, *parts):
        return hashlib.sha256(self.key + "\n".join(parts).encode()).digest()

    def ticket(self, label, name):
        return int.from_bytes(self.block(label, name)[:8], "big")

    def below(self, label, name, bound):
        counter = 0
        while True:
            block = self.block(label, name, str(counter))
            for at in range(0, 32, 8):
                number = int.from_bytes(block[at:at + 8], "big")
                if number < 2 ** 64 // bound * bound:
                    return number % bound
            counter += 1


def quotas(made, stream):
    """Section 4."""
    groups, left, least = strata(made), size(made), made["rules"]["per_stratum_minimum"]
    weight = {name: sum(units(o["weight"]) for o in group) for name, group in groups.items()}
    fixed = {}
    while True:
        free = [name for name in groups if name not in fixed]
        total, rest = sum(weight[n] for n in free), left - sum(fixed.values())
        low = {n: least * total - rest * weight[n] for n in free if least * total > rest * weight[n]}
        high = {n: rest * weight[n] - len(groups[n]) * total for n in free if rest * weight[n] > len(groups[n]) * total}
        lack = sum(low.values()) - sum(high.values())
        if not low and not high:
            break
        if lack >= 0:
            fixed.update({n: least for n in low})
        if lack <= 0:
            fixed.update({n: len(groups[n]) for n in high})
    shares = {n: rest * weight[n] // total for n in free}
    extra = rest - sum(shares.values())
    for n in sorted(free, key=lambda n: (-(rest * weight[n] % total), stream.ticket("tie", n), n))[:extra]:
        shares[n] += 1
    return {n: fixed.get(n, shares.get(n)) for n in groups}, weight


def pick_objects(group, quota, stream, name):
    """Section 5: the certain ones, then a systematic sample of the shuffled rest."""
    rest, drawn = list(group), []
    while True:
        left, total = quota - len(drawn), sum(units(o["weight"]) for o in rest)
        heavy = [o for o in rest if left > 0 and left * units(o["weight"]) >= total]
        if not heavy:
            break
        drawn += heavy
        rest = [o for o in rest if o not in heavy]
    certain = len(drawn)
    if left > 0:
        end, point = 0, stream.below("start", name, total)
        for o in sorted(rest, key=lambda o: (stream.ticket("object", o["id"]), o["id"])):
            end += left * units(o["weight"])
            if point < end:
                drawn.append(o)
                point += total
    return [o["id"] for o in drawn], certain


class Roster:
    """Section 7: one attempt to staff the objects `ids`."""

    def __init__(self, made, stream, attempt, ids):
        self.rules, self.stream, self.attempt = made["rules"], stream, attempt
        def order(label, names):
            return sorted(names, key=lambda n: (stream.ticket(f"{label} {attempt}", n), n))
        people = {i["id"]: i for i in made["inspectors"] if usable(made, i)}
        self.officers, self.objects = order("officer", people), order("turn", ids)
        self.rank = {p: n for n, p in enumerate(self.officers)}
        self.quality = {p: qualities(made, i) for p, i in people.items()}
        self.klass = {p: 2 * c + s for p, (c, s) in self.quality.items()}
        self.away = {p: set(i["recused_from"]) for p, i in people.items()}
        self.everywhere, self.at = set(), set()
        for old in made["previous"]:
            for a in old["officers"]:
                for b in old["officers"]:
                    if a != b and a in {i["id"] for i in made["inspectors"]} and b in {i["id"] for i in made["inspectors"]}:
                        if self.rules["pair_repeat"] == "refuse" or (self.rules["pair_repeat"] == "refuse_same_object" and "object" not in old):
                            self.everywhere.add((a, b))
                        elif self.rules["pair_repeat"] == "refuse_same_object" and old["object"] in ids:
                            self.at.add((old["object"], a, b))
        self.most = self.rules["max_per_officer"] or 2 ** 32
        self.size = self.rules["officers_per_object"]
        self.room = (self.size - self.rules["certified_at_least"], self.size - self.rules["skilled_at_least"])
        self.flow = not self.everywhere and not self.at and not all(0 < r < self.size for r in self.room)
        self.all_round = 3 in self.klass.values()
        self.team, self.load, self.queue = {o: [] for o in ids}, dict.fromkeys(self.officers, 0), []
        for p in self.officers:
            self.welcome(p)

    def welcome(self, p):
        if self.load[p] < self.most:
            ticket = self.stream.ticket(f"load {self.attempt} {self.load[p]}", p)
            heapq.heappush(self.queue, (self.load[p], ticket, self.rank[p], p))

    def fits(self, o, out, p):
        others = [m for m in self.team[o] if m != out]
        lacking = [sum(not self.quality[m][q] for m in others + [p]) for q in (0, 1)]
        missing = self.size - len(others) - 1
        return (missing >= 0 and all(lacking[q] <= self.room[q] for q in (0, 1))
                and (self.all_round or missing <= sum(self.room) - sum(lacking))
                and p not in self.team[o] and o not in self.away[p]
                and not any((m, p) in self.everywhere or (o, m, p) in self.at for m in others))

    def posts(self, p):
        return [o for o in self.objects if p in self.team[o]]

    def move(self, o, out, p):
        if out is not None:
            self.team[o].remove(out)
            self.load[out] -= 1
        self.team[o].append(p)
        self.load[p] += 1

    def pick(self, o, refused):
        aside, found = [], None
        while self.queue and found is None:
            entry = heapq.heappop(self.queue)
            load, _, _, p = entry
            if load == self.load[p]:
                if p not in refused and self.fits(o, None, p):
                    found = p
                else:
                    aside.append(entry)
        for entry in aside:
            heapq.heappush(self.queue, entry)
        if found is not None:
            self.move(o, None, found)
            self.welcome(found)
        return found is not None

    def swap(self, o, refused):
        by_class = sorted(self.officers, key=lambda p: (self.klass[p], self.rank[p]))
        step, level = {}, [(o, None)]
        while level:
            reached = []
            for post, out in level:
                for p in by_class:
                    if p in step or self.load[p] < self.most or (out is None and p in refused) or not self.fits(post, out, p):
                        continue
                    step[p] = (post, out)
                    for mine in self.posts(p):
                        for helper in by_class:
                            if self.load[helper] < self.most and self.fits(mine, p, helper) and self.shift(step, mine, p, helper):
                                return True
                    reached.append(p)
            level = [(post, p) for p in reached for post in self.posts(p)]
        return False

    def shift(self, step, post, out, helper):
        moves = [(post, out, helper)]
        while moves[-1][1] is not None:
            moves.append((*step[moves[-1][1]], moves[-1][1]))
        for done, (o, out, p) in enumerate(moves):
            if not self.fits(o, out, p):
                for o, out, p in reversed(moves[:done]):
                    self.move(o, p, out)
                return False
            self.move(o, out, p)
        self.welcome(helper)
        return True

    def staff(self, o):
        refused, retreats = [[] for _ in range(self.size)], 0
        while len(self.team[o]) < self.size:
            depth = len(self.team[o])
            if self.pick(o, refused[depth]) or self.swap(o, refused[depth]):
                continue
            if depth == 0 or retreats == 64 or self.flow:
                return False
            retreats += 1
            refused[depth] = []
            last = self.team[o].pop()
            self.load[last] -= 1
            self.welcome(last)
            refused[depth - 1].append(last)
        return True


def run(made, seed):
    seed = seed.lower()
    stream = Stream(made, seed)
    quota, weight = quotas(made, stream)
    rows, ids = [], []
    for name, group in strata(made).items():
        drawn, certain = pick_objects(group, quota[name], stream, name)
        rows.append({"certain": certain, "objects": len(group), "quota": quota[name], "stratum": name, "weight_units": weight[name]})
        ids += drawn
    for attempt in range(16):
        roster = Roster(made, stream, attempt, sorted(ids))
        if all(roster.staff(o) for o in roster.objects):
            teams = [{"object": o, "officers": sorted(roster.team[o])} for o in sorted(ids)]
            return seal({"assignments": teams, "attempt": attempt, "format": "shanyu-draw-result/1", "quotas": rows,
                         "record": made, "replacements": [], "seed": seed})
    raise Infeasible("assignments")


def seal(result):
    sealed = {k: v for k, v in result.items() if k != "digests"}
    sealed["record"] = result["record"]["digests"]
    return {**result, "digests": digests(sealed)}


def replace(result, request):
    """Section 8."""
    made, done = result["record"], result["replacements"]
    stream, label = Stream(made, result["seed"]), f"replace {len(done)}"
    team = {a["object"]: list(a["officers"]) for a in result["assignments"]}
    used = set(team) | {c["object"] for r in done for c in r["changes"]}
    left = {(r["object"], r["officer"]) for r in done if r["officer"]} | {(request.get("object"), request.get("officer"))}
    changes = []

    def change(o, before, draw):
        after, roster = [], Roster(made, stream, 0, [o])
        if draw:
            roster.team[o] = [m for m in before if m != request.get("officer")]
            while len(roster.team[o]) < roster.size:
                load = {p: sum(p in t for k, t in team.items() if k != o) + (p in roster.team[o]) for p in roster.officers}
                free = [p for p in roster.officers if load[p] < roster.most and roster.fits(o, None, p)
                        and (o, p) not in left and (None, p) not in left]
                if not free:
                    raise Infeasible("replacement")
                roster.team[o].append(min(free, key=lambda p: (load[p], stream.ticket(label, f"{o}\n{p}"), p)))
            after = sorted(roster.team[o])
        team[o] = after
        changes.append({"object": o, "officers_after": after, "officers_before": before})

    if request.get("officer"):
        for o in sorted(team):
            if request["officer"] in team[o] and request.get("object") in (None, o):
                change(o, team[o], True)
    else:
        gone = request["object"]
        change(gone, team[gone], False)
        stratum = next(o["stratum"] for o in made["objects"] if o["id"] == gone)
        free = [o for o in made["objects"] if o["stratum"] == stratum and o["id"] not in used]
        if free:
            point = stream.below(label, stratum, sum(units(o["weight"]) for o in free))
            for o in free:
                if point < units(o["weight"]):
                    change(o["id"], [], True)
                    break
                point -= units(o["weight"])
    entry = {"changes": changes, "object": request.get("object"), "officer": request.get("officer"), "reason": request["reason"]}
    teams = [{"object": o, "officers": t} for o, t in sorted(team.items()) if t]
    return seal({**result, "assignments": teams, "replacements": done + [entry]})


def verify(result):
    again = run(record({k: v for k, v in result["record"].items() if k not in ("digests", "format")}), result["seed"])
    for entry in result["replacements"]:
        again = replace(again, entry)
    return next((k for k in sorted(again) if canonical(again[k]) != canonical(result.get(k))), None)


def answer(line):
    given = load(line)
    try:
        result = run(record(given["input"]), given["seed"])
    except Infeasible:
        return '{"infeasible":true}'
    for request in given.get("requests", []):
        try:
            result = replace(result, request)
        except Infeasible:
            pass
    return canonical(result)


if __name__ == "__main__":
    if sys.argv[1:] == ["lines"]:
        for line in sys.stdin:
            print(answer(line), flush=True)
    elif len(sys.argv) == 4 and sys.argv[1] == "run":
        print(canonical(run(record(load(open(sys.argv[2], encoding="utf-8").read())), sys.argv[3])))
    elif len(sys.argv) == 3 and sys.argv[1] == "verify":
        differs = verify(load(open(sys.argv[2], encoding="utf-8").read()))
        print(f"differs: {differs}" if differs else "verified")
        sys.exit(1 if differs else 0)
    else:
        sys.exit(__doc__)
