import http.client
import os
import signal
import subprocess

def runtime_api(e):
    c = http.client.HTTPConnection(e["address"], timeout=3)
    c.request("GET", "/2018-06-01/runtime/invocation/next")
    return c.getresponse().status

def write(e):
    with open(e["path"], "w") as f:
        f.write("1")

def rewrite(e):
    with open(e["path"]) as f:
        text = f.read()
    with open(e["path"], "w") as f:
        f.write(text)

def fork(e):
    children = []
    try:
        for _ in range(e["count"]):
            children.append(subprocess.Popen(["sleep", "60"]))
    finally:
        for child in children:
            child.kill()
            child.wait()

ATTACKS = {
    "read": lambda e: open(e["path"], "rb").read().hex(),
    "list": lambda e: os.listdir(e["path"]),
    "write": write,
    "rewrite": rewrite,
    "signal": lambda e: os.kill(e["pid"], signal.SIGTERM),
    "run": lambda e: subprocess.run(e["argv"], check=True, capture_output=True).stdout.decode(),
    "fork": fork,
    "daemon": lambda e: subprocess.Popen(["sleep", e["seconds"]], start_new_session=True).pid,
    "runtimeApi": runtime_api,
    "environment": lambda e: dict(os.environ),
}

def handler(event, context):
    try:
        return {"done": ATTACKS[event["attack"]](event)}
    except Exception as error:
        return {"refused": type(error).__name__}
