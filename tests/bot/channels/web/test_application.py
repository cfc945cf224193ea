"""The web application over HTTP, without a browser."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.channels import web
from bot.channels.web import web_application
from bot.channels.web.wording import words
from tests.bot.channels.web.scripted import FAR_FUTURE, FIRE, NOTED, OPEN, ScriptedTalk

pytestmark = pytest.mark.asyncio

HOST = "http://chat.test"
BUDGET = 60 * 1024
AIM = 25 * 1024
STATIC = Path(web.__file__).parent / "static"


@pytest.fixture
def talk() -> ScriptedTalk:
    return ScriptedTalk()


def a_client(talk: ScriptedTalk, *, public_url: str = "", ready: dict[str, object] | None = None) -> httpx.AsyncClient:
    app = web_application(talk, ready=lambda: ready or {"ok": True}, public_url=public_url)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=public_url or HOST)


@pytest_asyncio.fixture
async def client(talk: ScriptedTalk) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(talk) as opened:
        yield opened


def say(text: str, request: str = "r-1", **more: object) -> dict[str, object]:
    return {"request": request, "text": text, **more}


async def test_a_message_is_answered_with_all_that_the_page_shows(client: httpx.AsyncClient) -> None:
    reply = (await client.post("/api/messages", json=say("劳动仲裁去哪申请"))).json()
    assert set(reply) == {
        "request", "kind", "text", "body", "spoken", "chips", "quick_replies", "dial",
        "rateable", "asks_location", "stations", "buttons", "flow", "read_aloud", "release", "ms",
    }  # fmt: skip
    assert (reply["request"], reply["kind"], reply["ms"], reply["dial"]) == ("r-1", "answer", 12.3, ["12333"])
    assert set(reply["chips"][0]) == {"policy", "title", "source", "date", "passage", "text", "url"}
    assert "\n" not in reply["spoken"]


async def test_stations_and_buttons_travel_whole(client: httpx.AsyncClient) -> None:
    reply = (await client.post("/api/messages", json=say("演示广场附近"))).json()
    station = reply["stations"][0]
    assert set(station) == {"id", "name", "state", "lines", "buttons", "distance_m", "open_until"}
    assert (station["id"], station["state"], station["distance_m"], station["open_until"]) == ("yz-01", "open", 321, FAR_FUTURE)
    assert station["lines"] == list(OPEN.lines)
    assert station["buttons"][-1] == {"label": "这里关门了", "kind": "act", "value": "closed:yz-01"}
    lesson = (await client.post("/api/messages", json=say("微课", "r-2"))).json()
    assert (lesson["flow"], lesson["buttons"][0]) == ("lesson", {"label": "开始", "kind": "act", "value": "lesson:start"})
    card = (await client.post("/api/messages", json=say("着火了", "r-3"))).json()
    assert (card["dial"], card["read_aloud"]) == (["119", "120", "110"], FIRE.read_aloud)


def tap(action: str, request: str = "t-1", **more: object) -> dict[str, object]:
    return {"request": request, "action": action, **more}


async def test_a_tapped_button_is_done_once_in_the_same_conversation(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    await client.post("/api/messages", json=say("演示广场附近"))
    first = await client.post("/api/actions", json=tap("closed:yz-01", language="en"))
    again = await client.post("/api/actions", json=tap("closed:yz-01", language="en"))
    assert first.json() == again.json()
    assert (first.status_code, first.json()["request"], first.json()["body"]) == (200, "t-1", NOTED.body)
    assert first.headers["cache-control"] == "no-store" and "httponly" in first.headers["set-cookie"].lower()
    assert talk.acted == [("t-1", "closed:yz-01", "en")]
    assert talk.conversations[0] == talk.conversations[1]


@pytest.mark.parametrize("action", ["lesson", "lesson.start:3/4", "closed:合肥-01", "closed:" + "驿" * 19])
async def test_an_action_may_name_anything_without_blanks(client: httpx.AsyncClient, talk: ScriptedTalk, action: str) -> None:
    assert (await client.post("/api/actions", json=tap(action))).status_code == 200
    assert talk.acted == [("t-1", action, "zh")]


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"[]", b'{"request": "t-1"}', b'{"action": "lesson"}', b'{"request": "t-1", "action": 5}',
        b'{"request": "t 1", "action": "lesson"}', b'{"request": "t-1", "action": "closed:\\ud83d"}',
        *(json.dumps(tap(action)).encode() for action in (
            "", ":x", "closed:", "closed:a b", "closed:x\n", "closed:x\u0000", "关:x", "<b>", "x" * 65, "closed:" + "驿" * 20,
        )),
    ],
)  # fmt: skip
async def test_what_is_not_an_action_is_refused_in_one_clear_line(
    client: httpx.AsyncClient, talk: ScriptedTalk, raw: bytes
) -> None:
    response = await client.post("/api/actions", content=raw)
    assert response.status_code == 422
    assert response.json()["error"] in words("zh")["errors"].values()
    assert (talk.attempts, talk.acted) == (0, [])


async def test_an_action_has_the_same_guards_as_a_message(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    large = await client.post("/api/actions", content=json.dumps(tap("x", more="x" * 70_000)).encode())
    foreign = await client.post("/api/actions", json=tap("lesson"), headers={"Origin": "https://evil.test"})
    talk.broken = 1
    broken = await client.post("/api/actions", json=tap("closed:yz-01"))
    assert (large.status_code, foreign.status_code, broken.status_code) == (413, 403, 500)
    assert broken.json() == {"error": words("zh")["errors"]["failed"], "dial": ["120", "119", "110"]}
    assert talk.acted == []


async def test_text_place_and_language_reach_the_talk_as_they_are(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    text = "  附近\n歇脚 😀 <b>" + "长" * 9000
    sent = say(text, location={"lat": 31, "lon": 121.5}, language="en")
    assert (await client.post("/api/messages", json=sent)).status_code == 200
    assert talk.asked == [("r-1", text, (31.0, 121.5), "en")]


async def test_half_an_emoji_does_not_break_anything(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    response = await client.post("/api/messages", content=b'{"request": "r-1", "text": "hot \\ud83d"}')
    assert response.status_code == 200
    assert talk.texts == ["hot \ufffd"]


async def test_a_rider_keeps_one_conversation_by_an_opaque_cookie(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    first = await client.post("/api/messages", json=say("你好"))
    await client.post("/api/messages", json=say("再问", "r-2"))
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    assert talk.conversations[0] == talk.conversations[1]
    assert len(talk.conversations[0]) >= 32


async def test_the_cookie_is_for_tls_only_when_the_public_address_is_https(talk: ScriptedTalk) -> None:
    async with a_client(talk, public_url="https://chat.test") as client:
        response = await client.post("/api/messages", json=say("你好"))
    assert "; secure" in response.headers["set-cookie"].lower()


async def test_a_cookie_that_is_not_ours_counts_as_none(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    await client.post("/api/messages", json=say("你好"), headers={"Cookie": "conversation=admin"})
    assert talk.conversations != ["admin"]


async def test_clearing_the_chat_starts_a_new_conversation(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    await client.post("/api/messages", json=say("你好"))
    assert (await client.delete("/api/conversation")).status_code == 204
    assert talk.forgotten == talk.conversations
    await client.post("/api/messages", json=say("再问", "r-2"))
    assert talk.conversations[0] != talk.conversations[1]


async def test_a_rating_reaches_the_talk_and_the_last_one_counts(client: httpx.AsyncClient, talk: ScriptedTalk) -> None:
    for useful in (True, False):
        response = await client.post("/api/feedback", json={"request": "r-1", "useful": useful})
        assert (response.status_code, response.content) == (204, b"")
    assert talk.ratings == {"r-1": False}


@pytest.mark.parametrize("claimed", [True, False], ids=["with its length", "in pieces"])
async def test_a_body_over_64_kb_is_refused_in_one_line(client: httpx.AsyncClient, claimed: bool) -> None:
    raw = json.dumps(say("x" * 70_000)).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), 8192):
            yield raw[start : start + 8192]

    response = await client.post("/api/messages", content=raw if claimed else pieces())
    assert response.status_code == 413
    assert response.json() == {"error": words("zh")["errors"]["too_large"]}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[1]", b"null", b'"text"', b"\xff\xfe", b"[" * 50_000, b'{"text": "no request"}',
        b'{"request": "r-1"}', b'{"request": "r-1", "text": 5}', b'{"request": "", "text": "x"}',
        b'{"request": "r 1", "text": "x"}', b'{"request": "r-1", "text": "x", "location": {"lat": 91, "lon": 0}}',
        b'{"request": "r-1", "text": "x", "location": {"lat": NaN, "lon": 0}}',
        b'{"request": "r-1", "text": "x", "location": "here"}',
        json.dumps({"request": "r-1", "text": "x" * 10_001}).encode(),
    ],
)  # fmt: skip
async def test_what_is_not_a_message_is_refused_in_one_clear_line(
    client: httpx.AsyncClient, talk: ScriptedTalk, raw: bytes
) -> None:
    response = await client.post("/api/messages", content=raw)
    assert response.status_code == 422
    assert list(response.json()) == ["error"]
    assert response.json()["error"] in words("zh")["errors"].values()
    assert talk.attempts == 0


async def test_an_error_is_told_in_the_language_of_the_page(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/feedback", content=b"{", headers={"Accept-Language": "en"})
    assert response.json() == {"error": words("en")["errors"]["not_json"]}


async def test_a_broken_talk_gives_a_kind_line_and_the_emergency_numbers_and_logs_no_words(
    client: httpx.AsyncClient, talk: ScriptedTalk, caplog: pytest.LogCaptureFixture
) -> None:
    talk.broken = 1
    with caplog.at_level(logging.DEBUG):
        response = await client.post("/api/messages", json=say("我叫张三住三楼"))
    assert response.status_code == 500
    assert response.json() == {"error": words("zh")["errors"]["failed"], "dial": ["120", "119", "110"]}
    assert "content-security-policy" in response.headers
    assert "RuntimeError" in caplog.text and "scripted.py" in caplog.text
    assert "张三" not in caplog.text


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://chat.test:8080", "http://chat.test.evil.test"])
async def test_a_change_from_another_site_is_refused(client: httpx.AsyncClient, talk: ScriptedTalk, origin: str) -> None:
    headers = {"Origin": origin}
    assert (await client.post("/api/messages", json=say("你好"), headers=headers)).status_code == 403
    assert (await client.post("/api/feedback", json={}, headers=headers)).status_code == 403
    assert (await client.delete("/api/conversation", headers=headers)).status_code == 403
    assert talk.attempts == 0


@pytest.mark.parametrize("origin", [HOST, "https://chat.test", None])
async def test_a_change_from_our_own_page_is_let_in_also_behind_a_tls_proxy(client: httpx.AsyncClient, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert (await client.post("/api/messages", json=say("你好"), headers=headers)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/livez", "/sw.js", "/nothing", "/manifest.webmanifest"])
async def test_every_response_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "geolocation=(self)" in headers["permissions-policy"]


async def test_the_page_speaks_chinese_unless_english_is_asked_for(client: httpx.AsyncClient) -> None:
    chinese, english = (await client.get("/")).text, (await client.get("/?lang=en")).text
    assert '<html lang="zh-CN">' in chinese and words("zh")["welcome"]["title"] in chinese
    assert '<html lang="en">' in english and words("en")["welcome"]["title"] in english
    assert 'href="tel:120"' in chinese and 'href="tel:120"' in english


async def test_the_page_has_no_inline_script_or_style_and_loads_nothing_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    html = (await client.get("/")).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert all("application/json" in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", html))


async def test_both_languages_have_the_same_words() -> None:
    def keys(table: object) -> object:
        return {name: keys(value) for name, value in table.items()} if isinstance(table, dict) else None

    assert keys(words("zh")) == keys(words("en"))


async def test_readiness_is_shown_as_it_is_and_503_when_not_ready(talk: ScriptedTalk) -> None:
    async with a_client(talk, ready={"ok": True, "release": "r7"}) as client:
        response = await client.get("/readyz")
        assert (response.status_code, response.json()) == (200, {"ok": True, "release": "r7"})
        assert (await client.head("/livez")).status_code == 200
    async with a_client(talk, ready={"ok": False, "why": "building"}) as client:
        response = await client.get("/readyz")
        assert (response.status_code, response.json()["why"]) == (503, "building")


async def test_static_files_are_kept_for_a_year_and_the_page_is_asked_for_again(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    again = await client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for address in re.findall(r'"(/static/[^"]+)"', page.text):
        file = await client.get(address)
        assert file.status_code == 200 and "immutable" in file.headers["cache-control"]
        old = await client.get(re.sub(r"/static/\w+/", "/static/000000000000/", address))
        assert old.status_code == 200 and old.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/x/nothing.js", "/static/x/..%2Fapplication.py", "/static/x/%2e%2e", "/docs"])
async def test_what_is_not_there_is_said_in_one_line(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (404, {"error": words("zh")["errors"]["not_found"]})


async def test_the_manifest_names_the_app_and_its_icons_exist(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("/manifest.webmanifest")).json()
    assert manifest["name"] == "红小驿"
    for icon in manifest["icons"]:
        assert (await client.get(icon["src"])).status_code == 200


async def test_the_service_worker_keeps_only_files_that_exist(client: httpx.AsyncClient) -> None:
    script = (await client.get("/sw.js")).text
    shell = json.loads(script.split("SHELL = ")[1].split(";\n")[0])
    assert "/" in shell and any(address.endswith("chat.js") for address in shell)
    for address in shell:
        assert (await client.get(address)).status_code == 200


async def test_scripts_travel_without_their_comments_and_otherwise_whole(client: httpx.AsyncClient) -> None:
    addresses = re.findall(r'"(/static/[^"]+\.js)"', (await client.get("/")).text)
    assert len(set(addresses)) > 5
    for address in set(addresses):
        written = (STATIC / address.rsplit("/", 1)[1]).read_text(encoding="utf-8").splitlines()
        code = [line for line in written if not line.strip().startswith(("//", "/*"))]
        assert (await client.get(address)).text.splitlines() == code


async def test_the_first_load_stays_far_below_sixty_kilobytes(client: httpx.AsyncClient) -> None:
    """Everything that the page names, as it travels."""
    html = (await client.get("/")).text
    addresses = {"/", "/manifest.webmanifest", "/sw.js", *re.findall(r'"(/static/[^"]+)"', html)}
    total = 0
    for address in sorted(addresses):
        async with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as response:
            total += len(b"".join([piece async for piece in response.aiter_raw()]))
    assert total < BUDGET
    assert total < AIM, f"{total} bytes: within the budget, but above the aim"
