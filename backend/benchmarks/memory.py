"""Memory of all processes together: `python -m benchmarks.memory`.

Proportional set size, so that pages shared by processes count once. Goals: 115 MB ten seconds after the start, with nothing used yet;
500 MB after a turn, an ingest of a 200-page PDF and a search, with everything that these loaded still there. The reader of documents ends
when it has had nothing to do for a while; what is left then has a line of its own.
"""

import tempfile
import threading
import time

from benchmarks.server import Served, machine, pss_mb, started
from tests.knowledge.make_pdf import handbook_pdf

PAGES = 200
SAID = "When a customer asks something, look it up in our handbook and on the web, and write the answer from both."


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as folder, started({"PARLEY_DATA_DIR": folder}) as served:
        time.sleep(10)
        _report("10 s after the start, unused", served, "goal 115 MB")
        account = {"username": "ada", "email": "ada@example.com", "password": "a few words in a row"}
        person = Served(served.url, served.pid, 0, served.call("POST", "/api/auth/register", account)["access_token"])
        chat = person.call("POST", "/api/chats", {})["id"]
        person.call("POST", f"/api/chats/{chat}/messages", {"content": SAID})
        _report("after a turn (built-in planner)", served)
        most = _ingest(person)
        print(f"{f'most while {PAGES} pages are taken in':44} {most:5.0f} MB")
        person.call("GET", "/api/collections/Handbook/search?q=leave+carried+over")
        _report("after a turn, an ingest and a search", served, "goal 500 MB")
        time.sleep(20)
        _report("20 s later, once the reader has ended", served)


def _ingest(served: Served) -> float:
    """The most memory until the document is ready."""
    served.call("POST", "/api/collections", {"name": "Handbook"})
    boundary = "between-the-parts"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="handbook.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = head.encode() + handbook_pdf(PAGES) + f"\r\n--{boundary}--\r\n".encode()
    sent = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    document = served.call("POST", "/api/collections/Handbook/documents", body, sent)["id"]
    most, ready = [0.0], threading.Event()
    watching = threading.Thread(target=_watch, args=(served.pid, most, ready))
    watching.start()
    try:
        while (view := served.call("GET", f"/api/documents/{document}"))["status"] != "ready":
            if view["status"] == "failed":
                raise SystemExit(view["error"]["message"])
            time.sleep(0.2)
    finally:
        ready.set()
        watching.join()
    return most[0]


def _watch(pid: int, most: list[float], ready: threading.Event) -> None:
    while not ready.wait(0.5):
        most[0] = max(most[0], pss_mb(pid))


def _report(when: str, served: Served, goal: str = "") -> None:
    print(f"{when:44} {pss_mb(served.pid):5.0f} MB   {goal}".rstrip())


if __name__ == "__main__":
    main()
