"""Runs schemathesis once as nobody and once as each demo account; called by fuzz-api.sh. Exit 1 when one run fails."""

import json
import pathlib
import re
import subprocess
import sys
import urllib.request

address, folder, schemathesis, seconds, seed = sys.argv[1:6]
folder = pathlib.Path(folder)
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,ignored_auth"
)


def token(account):
    body = json.dumps({"account": account["account"], "password": account["password"]}).encode()
    request = urllib.request.Request(f"{address}/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["token"]


accounts = json.loads((folder / "data" / "demo-accounts.json").read_text())
who = [("nobody", None)] + [(a["account"], token(a)) for a in accounts]
# The coverage phase walks every parameter of every operation: once, as the city; the others get what is drawn by lot.
WHOLE = "city"
each = max(3, int(seconds) // (len(who) + 3))
# Ending a session would end the rest of the run; signing in is held by a lock-out of its own.
leave = ["--exclude-path", "/api/v1/session", "--exclude-path", "/api/v1/session/post"]
calls, failed = 0, []
for name, bearer in who:
    command = [
        schemathesis, "run", f"{address}/api/v1/openapi.json", "--checks", CHECKS, "--seed", seed,
        "--phases", "coverage,fuzzing" if name == WHOLE else "fuzzing", "--max-examples", "8",
        "--max-time", str(4 * each if name == WHOLE else each),
        "--suppress-health-check", "all", "--warnings", "off", "--no-color", *leave,
    ]
    if bearer:
        command += ["--header", f"Authorization: Bearer {bearer}"]
    else:
        # Without an account nearly every call is refused; what must not come is a fault.
        command += ["--exclude-checks", "ignored_auth"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    found = re.search(r"(\d[\d,]*) generated", run.stdout)
    made = int(found.group(1).replace(",", "")) if found else 0
    calls += made
    fine = run.returncode == 0 and made > 0
    print(f"{name}: {made} calls, {'fine' if fine else 'FAILED'}", flush=True)
    if not fine:
        failed.append(name)
        print(run.stdout[-6000:], run.stderr[-2000:], file=sys.stderr)
print(f"{calls} calls as {len(who)} people, {len(failed)} with a fault")
sys.exit(bool(failed))
