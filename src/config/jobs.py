"""Every package's jobs by name on one procrastinate queue, and the kernel port bound to it."""

import functools
import importlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

import procrastinate
from django.conf import settings
from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app as current_app
from procrastinate.exceptions import AlreadyEnqueued

from lantai.kernel import queue

Job = Callable[..., Any]

log = logging.getLogger(__name__)
MOST_RETRIES = 6
RETRIES = procrastinate.RetryStrategy(max_attempts=MOST_RETRIES, exponential_wait=3)
HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 12.0


def declared() -> Iterator[tuple[str, Job, str]]:
    """Yield the name, function and cron expression (or "") of every job that a package declares in its jobs.py."""
    for module in _modules():
        schedule: dict[str, str] = getattr(module, "SCHEDULE", {})
        for name, function in module.JOBS.items():
            yield name, function, schedule.get(name, "")


def given_up() -> dict[str, Job]:
    """Return what packages declare as GIVEN_UP: by a job's name, what is called with its arguments when its last try failed."""
    return {name: function for module in _modules() for name, function in getattr(module, "GIVEN_UP", {}).items()}


def _modules() -> Iterator[Any]:
    for package in settings.BUILT_PACKAGES:
        try:
            module = importlib.import_module(f"lantai.{package}.jobs")
        except ModuleNotFoundError as missing:
            if missing.name != f"lantai.{package}.jobs":
                raise
            continue
        yield module


def register(app: procrastinate.App) -> None:
    """Give procrastinate every declared job and the reaper of stalled ones."""
    last_words = given_up()
    for name, function, cron in declared():
        run = _in_a_thread(function, timed=bool(cron), last_words=last_words.get(name))
        task = app.task(name=name, retry=RETRIES, pass_context=True)(run)
        if cron:
            app.periodic(cron=cron)(task)

    @app.periodic(cron="* * * * * */15")
    @app.task(name="config.retry_stalled", queueing_lock="config.retry_stalled", pass_context=True)
    async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
        await retry_stalled_jobs(context.app)


async def retry_stalled_jobs(app: procrastinate.App) -> int:
    """Send the jobs of dead workers again; return how many."""
    manager = app.job_manager
    await manager.prune_stalled_workers(STALLED_AFTER_SECONDS)
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)


def _in_a_thread(function: Job, *, timed: bool, last_words: Job | None = None) -> Job:
    @functools.wraps(function)
    def run(context: procrastinate.JobContext, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("timestamp", None) if timed else None
        close_old_connections()
        try:
            return function(**kwargs)
        except Exception:
            if last_words and context.job.attempts >= MOST_RETRIES:
                last_words(**kwargs)
            raise
        finally:
            close_old_connections()

    return run


class ProcrastinateQueue:
    """The kernel's queue port on procrastinate: the job is a row in the present transaction."""

    def enqueue(self, job: str, *, once: str | None, arguments: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                current_app.configure_task(job, queueing_lock=once, allow_unknown=False).defer(**arguments)
        except AlreadyEnqueued:
            log.debug("%s already waits (%s)", job, once)


def bind_queue() -> None:
    """Bind the kernel's queue port to procrastinate in this process."""
    queue.bind(ProcrastinateQueue())


def run_worker(*, wait: bool = True) -> None:
    """Work off jobs in this process, one at a time; return when stopped, or when none is left if not `wait`."""
    import asyncio

    async def work() -> None:
        connector: Any = current_app.connector
        worker_app = current_app.with_connector(connector.get_worker_connector())
        async with worker_app.open_async():
            await retry_stalled_jobs(worker_app)
            await worker_app.run_worker_async(
                wait=wait,
                concurrency=1,
                listen_notify=wait,
                fetch_job_polling_interval=1.0,
                install_signal_handlers=wait,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
                shutdown_graceful_timeout=20,
            )

    asyncio.run(work())
