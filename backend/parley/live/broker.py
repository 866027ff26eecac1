"""Messages to workers through a broker (Redis or RabbitMQ), by Celery: sent and received in threads of their own.

A message is a doorbell: what it is about stands in the database, and whoever sweeps there finds it also when the message is lost. So
sending waits for nobody, fails quietly, and a message is acknowledged as it is received.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

QUEUE = "parley"
UNSENT = 10_000  # messages that may wait to be sent
TOGETHER = 8  # of those that wait, so many travel as one: a burst costs less, and is still spread over the workers
LOOK_SECONDS = 5.0  # how often a sender with nothing to do looks whether the broker is there
TIMEOUT_SECONDS = 2.0


def _celery(url: str) -> Any:  # Any: Celery has no types
    from celery import Celery

    app: Any = Celery("parley", broker=url, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        # Celery's queues for remote control are of a kind that newer RabbitMQs refuse; nothing here uses them.
        worker_enable_remote_control=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=TIMEOUT_SECONDS,
        broker_transport_options={"socket_connect_timeout": TIMEOUT_SECONDS} if url.startswith(("redis", "unix", "sentinel")) else {},
    )
    return app


class Sender:
    """`send` returns at once. `healthy` says whether the broker took the last message, or was there at the last look."""

    def __init__(self, url: str) -> None:
        self.healthy = True
        self._url = url
        self._unsent: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """What waits is sent first, for a moment."""
        self._unsent.put(None)
        self._thread.join(TIMEOUT_SECONDS)

    def send(self, name: str, argument: str) -> None:
        if self._unsent.qsize() < UNSENT:
            self._unsent.put((name, argument))

    def _run(self) -> None:
        app = _celery(self._url)  # here, and not before: a server without BROKER_URL does not carry Celery
        looked = time.monotonic() - LOOK_SECONDS
        behind: list[tuple[str, str] | None] = []
        while True:
            try:
                message = behind.pop() if behind else self._unsent.get(timeout=max(0.0, looked + LOOK_SECONDS - time.monotonic()))
            except Empty:
                looked = time.monotonic()
                self._attempt(lambda: _look(app))
                continue
            if message is None:
                return
            name, arguments = message[0], [message[1]]
            while len(arguments) < TOGETHER and not behind and not self._unsent.empty():
                following = self._unsent.get()
                if following is not None and following[0] == name:
                    arguments.append(following[1])
                else:
                    behind.append(following)
            if self._attempt(lambda name=name, arguments=arguments: app.send_task(name, arguments, retry=False, ignore_result=True)):
                looked = time.monotonic()
            else:
                self._drop()

    def _attempt(self, work: Callable[[], object]) -> bool:
        """Any exception means that the broker cannot be used: each transport has its own."""
        try:
            work()
        except Exception as error:
            if self.healthy:
                log.warning("broker_unavailable", reason=str(error), instead="workers find new work by looking every few seconds")
            self.healthy = False
            return False
        self.healthy = True
        return True

    def _drop(self) -> None:
        """While the broker is away, waiting for it message by message would only keep the later ones."""
        for _ in range(self._unsent.qsize()):
            if self._unsent.get() is None:
                self._unsent.put(None)
                return


def _look(app: Any) -> None:
    with app.connection_for_write(connect_timeout=TIMEOUT_SECONDS) as connection:
        connection.connect()


class Listener:
    """Celery's worker in a thread: `tasks` are called in it, by name, each with the arguments of one or more messages.

    A task that blocks holds up the messages behind it, which are then taken by other processes.
    """

    def __init__(self, url: str, tasks: Mapping[str, Callable[..., None]]) -> None:
        app = _celery(url)
        # Celery's workers look their tasks up in the process's one default app.
        app.set_default()
        for name, work in tasks.items():
            app.task(name=name, shared=False)(work)
        for chatty in ("celery", "kombu"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        controller = app.WorkController(pool="solo", concurrency=1, without_heartbeat=True, without_mingle=True, without_gossip=True)
        self._thread = threading.Thread(target=controller.start, name="broker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more messages. Returns at once: a broker that is away can keep the thread for longer than the process lives."""
        from celery.worker import state

        state.should_stop = 0
