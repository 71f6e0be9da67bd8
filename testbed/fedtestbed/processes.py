"""Programs: run one to its end, keep one running with its pid and log under the state folder, stop those again."""
import concurrent.futures
import os
import pathlib
import signal
import socket
import subprocess
import time

from .state import LOG, RUN

LAST = ("mariadb", "rabbitmq", "epmd")  # what the others need until they have ended, in the order to stop them


class Failed(Exception):
    """Something that the testbed cannot go on without went wrong; the text is for the person at the terminal."""


def log(message):
    print(f"[{time.strftime('%H:%M:%S')}] {message}", flush=True)


def together(*jobs):
    """Run the jobs side by side, and wait for all of them before the first failure is raised."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        futures = [pool.submit(job) for job in jobs]
    for future in futures:
        future.result()


def sh(*argv, env=None, stdin=None):
    """Run a program and return its standard output."""
    argv = [str(a) for a in argv]
    result = subprocess.run(argv, env={**os.environ, **(env or {})}, input=stdin, text=True, capture_output=True)
    if result.returncode:
        raise Failed(f"failed ({result.returncode}): {' '.join(argv)}\n{(result.stdout + result.stderr)[-4000:]}")
    return result.stdout


def stat(pid):
    """The fields of /proc/PID/stat from the third on, or None if there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def started(pid):
    """When the process began, in clock ticks since boot; None if it is gone or a zombie."""
    fields = stat(pid)
    return int(fields[19]) if fields and fields[0] not in "ZX" else None


def pid_of(name):
    """The pid of the program, or 0 if it is not running. A number that another process has got since is not it."""
    file = RUN / f"{name}.pid"
    if not file.exists():
        return 0
    pid, began = map(int, file.read_text().split())
    return pid if started(pid) == began else 0


def start(name, *argv, env=None, user=None):
    """Start a foreground program in the background, in a session of its own, unless it is already running."""
    if pid_of(name):
        return
    with open(LOG / f"{name}.log", "ab") as out:
        process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/",
                                   env={**os.environ, **(env or {})}, start_new_session=True, user=user, group=user,
                                   extra_groups=[] if user else None)
    (RUN / f"{name}.pid").write_text(f"{process.pid} {started(process.pid) or 0}")


def wait_for(name, ready, what, seconds=120):
    """Wait until `ready()`; the end of the program, or of the time, is a failure that shows the end of its log."""
    deadline = time.time() + seconds
    while not ready():
        if not pid_of(name) or time.time() > deadline:
            file = LOG / f"{name}.log"
            raise Failed(f"{name} {what}\n{file.read_text()[-3000:] if file.exists() else ''}")
        time.sleep(0.2)


def listening(ip, port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((ip, port)) == 0


def wait_port(ip, port, name, seconds=240):
    wait_for(name, lambda: listening(ip, port), f"does not listen on {ip}:{port}", seconds)


def members(sessions):
    """The live processes of these sessions: the session of each by its pid."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        fields = stat(entry.name) if entry.name.isdigit() else None
        if fields and fields[0] not in "ZX" and int(fields[3]) in sessions:
            found[int(entry.name)] = int(fields[3])
    return found


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def stop(*names):
    """End the programs with everything they started: politely, and after half a minute with force."""
    sessions = {pid: name for name in names if (pid := pid_of(name))}
    send(members(sessions), signal.SIGTERM)
    deadline = time.time() + 30
    while (left := members(sessions)) and time.time() < deadline:
        time.sleep(0.1)
    if left:
        log(f"ended by force: {', '.join(sorted({sessions[session] for session in left.values()}))}")
        send(left, signal.SIGKILL)
    for name in names:
        (RUN / f"{name}.pid").unlink(missing_ok=True)


def programs():
    return sorted(file.stem for file in RUN.glob("*.pid"))


def stop_all():
    stop(*[name for name in programs() if name not in LAST])
    for name in LAST:
        stop(name)
