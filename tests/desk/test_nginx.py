"""deploy/nginx.conf as it is, but for names, ports and places: a real nginx before a real desk."""

import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk.app import create_app
from pipeline.settings import Desk, Settings
from pipeline.storage import Audit
from tests.desk.conftest import csrf_of
from tests.desk.people import PASSWORD
from tests.desk.served import serving

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.desk,
    pytest.mark.skipif(not NGINX, reason="no nginx is installed"),
]
MAIN = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ }}
http {{
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
{conf}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture
def behind(home: Path, tmp_path: Path, pair: tuple[str, str]) -> Iterator[tuple[str, Path]]:
    """The address of nginx, and the folder of its logs."""
    port, plain = free_port(), free_port()
    desk = Desk(hosts=("desk.example.com",), proxies=("127.0.0.1",), proxy_header="X-Remote-User")
    with serving(create_app(home, replace(Settings(), desk=desk)), desk) as served:
        conf = CONF.read_text("utf-8")
        for ours, theirs in {
            "/etc/zhiyin/desk.pem": pair[0],
            "/etc/zhiyin/desk.key": pair[1],
            "127.0.0.1:8420": f"127.0.0.1:{served.port}",
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "/var/log/nginx": str(tmp_path),
        }.items():
            assert ours in conf, ours
            conf = conf.replace(ours, theirs)
        main = tmp_path / "main.conf"
        main.write_text(MAIN.format(folder=tmp_path, conf=conf))
        assert NGINX
        process = subprocess.Popen([NGINX, "-e", str(tmp_path / "error.log"), "-c", str(main)])
        try:
            for _ in range(200):
                with socket.socket() as door:
                    if door.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"https://127.0.0.1:{port}", tmp_path
        finally:
            process.terminate()
            process.wait(10)


def test_people_log_in_through_it_and_its_own_word_alone_is_believed(
    behind: tuple[str, Path], home: Path, pair: tuple[str, str]
) -> None:
    import httpx

    url, folder = behind
    told = {"accept": "text/html", "host": f"desk.example.com:{url.rpartition(':')[2]}"}
    trusting = ssl.create_default_context(cafile=pair[0])
    with httpx.Client(base_url=url, headers=told, verify=trusting) as one:
        page = one.get("/login?wanted=/secret-words")
        assert page.headers["strict-transport-security"].startswith("max-age")
        # Cookies belong to desk.example.com, which is 127.0.0.1 here alone: kept by hand.
        visit = page.headers["set-cookie"].split(";")[0]
        form = {"login": "lead", "password": PASSWORD, "csrf": csrf_of(page)}
        ours = {"cookie": visit, "origin": f"https://{told['host']}"}
        assert one.post("/login", data=form, headers=ours).status_code == 303
        assert Audit(home).latest(1)[0].act.details["from"] == "127.0.0.1"
        one.cookies.clear()
        forged = {"x-remote-user": "admin", "x-forwarded-for": "203.0.113.9"}
        assert one.get("/people", headers=forged).status_code == 401
        assert one.get("/login", headers=forged).status_code == 200
        assert one.post("/login", content=b"x" * (3 << 20)).status_code == 413
    log = (folder / "zhiyin.log").read_text("utf-8")
    assert "GET /login 200" in log and "secret-words" not in log


def test_plain_http_is_sent_on(behind: tuple[str, Path]) -> None:
    conf = (behind[1] / "main.conf").read_text("utf-8")
    port = conf.split("listen 127.0.0.1:")[2].split(";")[0]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/x?y=1")
    request.add_header("Host", "desk.example.com")

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    with pytest.raises(urllib.error.HTTPError) as sent:
        urllib.request.build_opener(Stay).open(request, timeout=10)
    assert sent.value.code == 308
    assert sent.value.headers["location"] == "https://desk.example.com/x?y=1"
