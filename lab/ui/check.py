"""What a person sees at /ui, and what does not happen there."""

import json
import os
import re
import signal
import sys
import time
import traceback

from browser import Browser, call

BRIDGE, TOKEN, SHOTS = (os.environ[name] for name in ("LAB_BRIDGE", "LAB_TOKEN", "LAB_SHOTS"))
HOSTILE = "<img src=x onerror=window.pwned=1>"
VALUE = "canary-9f31c7a4e2"
TAB = "\ue004"


def api(method, path, body=None, token=TOKEN):
    return call(f"{BRIDGE}/v1/{path}", method, body, {"X-Vault-Token": token})


def quoted(path):
    return "".join(c if c.isalnum() or c in "/-_" else f"%{ord(c):02X}" for c in path)


def plant():
    for path in ("apps/db", "apps/mail", HOSTILE, "apps/never-read"):
        assert api("PUT", f"secret/data/{quoted(path)}", {"data": {"password": VALUE}})[0] == 200
    for _ in range(4):
        assert api("GET", "secret/data/apps/db")[0] == 200
        time.sleep(0.7)
    assert api("GET", f"secret/data/{quoted(HOSTILE)}")[0] == 200
    for _ in range(3):
        assert api("GET", "secret/data/apps/missing")[0] == 404
    assert api("GET", "secret/data/apps/db", token="a-wrong-token-of-the-lab")[0] == 403
    assert api("LIST", "secret/metadata/apps/")[0] == 200


def rows(browser, table):
    """The cells of each row, as they are read."""
    return browser.run(
        "return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)]"
        ".map(row => [...row.cells].map(cell => cell.innerText.trim()))", table)


def row(browser, table, text):
    found = [cells for cells in rows(browser, table) if any(text in cell for cell in cells)]
    assert found, f"{text} is not in {rows(browser, table)}"
    return found[0]


def sign_in(browser, token=TOKEN):
    browser.run("document.getElementById('token').value = ''")
    browser.type("#token", token)
    browser.click("#sign-in button")


def notice(browser, text):
    browser.until(f"a notice of {text!r}", lambda: text in browser.run(
        "const n = document.getElementById('notice'); return n.hidden ? '' : n.textContent"))


def refresh(browser):
    browser.click("#refresh")
    time.sleep(0.5)


def the_page_asks_for_a_token_and_shows_nothing_without_one(browser):
    browser.open(f"{BRIDGE}/ui")
    browser.until("a focused field", lambda: browser.focused() == "token")
    assert browser.is_shown("#sign-in") and not browser.is_shown("#status") and not browser.is_shown("#controls")
    kind = browser.run("const t = document.getElementById('token'); return [t.type, t.labels[0].textContent]")
    assert kind == ["password", "Token"], kind
    browser.shoot(f"{SHOTS}/sign-in.png")


def a_wrong_token_is_told_so(browser):
    sign_in(browser, "a-wrong-token-of-the-lab")
    notice(browser, "403: this token is not good here")
    assert browser.is_shown("#sign-in") and not browser.is_shown("#status")
    assert browser.run("return document.getElementById('token').value") == ""


def a_token_that_may_not_see_the_status_is_told_what_it_lacks(browser):
    made = api("POST", "auth/token/create", {"policies": ["default"]})[1]["auth"]["client_token"]
    sign_in(browser, made)
    notice(browser, "A policy has to allow “read” on sys/internal/secretbridge/status")
    assert browser.is_shown("#sign-in")
    # That Chromium says so of an answer that is an error is no error of the page.
    entries = [entry for entry in browser.console() if entry["level"] == "SEVERE"]
    assert all("403 (Forbidden)" in entry["message"] for entry in entries), entries


def signed_in_the_paths_are_there(browser):
    sign_in(browser)
    browser.until("the status", lambda: browser.is_shown("#status"))
    assert browser.text("#condition") == "ready" and browser.text("#instance") == "dev"
    facts = browser.text("#facts")
    for part in ("answers", "30 s", "16,384", "bootstrap", "version "):
        assert part in facts, (part, facts)
    read = row(browser, "reads", "secret/data/apps/db")
    assert read[2] == "200" and read[4] == "4" and re.fullmatch(r"\d+ s|0\.\d s", read[5]), read
    assert row(browser, "reads", "secret/data/apps/missing")[2] == "404"
    never = row(browser, "reads", "secret/data/apps/never-read")
    assert never[1] == "never" and "ago" in never[7] or never[7] == "now", never
    assert row(browser, "reads", "secret/metadata/apps")[4] == "1"
    mount = row(browser, "mounts", "secret/")
    assert mount[1] == "kv version 2" and "memory" in mount[2] and "write" in mount[3], mount
    assert browser.run("return document.querySelectorAll('input[type=password]')[0].value") == ""


def errors_are_counted_with_category_and_request(browser):
    missing = row(browser, "errors", "GET secret/data/apps/missing")
    assert missing[1:3] == ["404", "not-found"] and missing[4] == "3", missing
    assert re.fullmatch(r"[0-9a-f-]{36}", missing[6]), missing
    stranger = row(browser, "errors", "unauthenticated")
    assert stranger[1] == "403" and "nobody known" in stranger[5] and "127.0.0.1" in stranger[5], stranger


def who_does_not_come_back_is_late(browser):
    def late():
        return "late" in row(browser, "reads", "secret/data/apps/db")[6]
    browser.until("late", late)
    browser.click("#only-late")
    shown = [cells[0] for cells in rows(browser, "reads")]
    assert shown == ["secret/data/apps/db"], shown
    browser.click("#only-late")


def a_path_that_looks_like_html_is_text(browser):
    assert row(browser, "reads", HOSTILE)[0] == f"secret/data/{HOSTILE}"
    assert browser.run("return document.querySelectorAll('main img').length") == 0
    assert browser.run("return window.pwned === undefined")


def no_value_and_no_token_is_in_the_page(browser):
    page = browser.run("return document.documentElement.outerHTML + JSON.stringify([...document.querySelectorAll('input')]"
                       ".map(input => input.value))")
    assert VALUE not in page and TOKEN not in page
    kept = browser.run("return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert kept == json.dumps([{}, {}, "", f"{BRIDGE}/ui"], separators=(",", ":")), kept


def the_filter_and_the_order_are_the_readers(browser):
    browser.type("#filter", "MAIL")
    browser.until("one row", lambda: [cells[0] for cells in rows(browser, "reads")] == ["secret/data/apps/mail"])
    browser.type("#filter", "nothing-like-it")
    browser.until("a word", lambda: browser.is_shown("#reads-empty") and "No path is like that" in browser.text("#reads-empty"))
    browser.run("const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input'))")
    browser.until("all rows", lambda: len(rows(browser, "reads")) == 6)
    browser.click("th[data-sort=path] button")
    paths = [cells[0] for cells in rows(browser, "reads")]
    assert paths == sorted(paths), paths
    assert browser.run("return document.querySelector('th[data-sort=path]').ariaSort") == "ascending"
    browser.click("th[data-sort=path] button")
    assert [cells[0] for cells in rows(browser, "reads")] == paths[::-1]
    browser.click("th[data-sort=read] button")


def it_refreshes_by_itself_and_stops_when_told(browser):
    assert api("GET", "secret/data/apps/mail")[0] == 200
    browser.until("the new read", lambda: row(browser, "reads", "apps/mail")[4] == "1")
    browser.click("#pause")
    assert browser.run("return document.getElementById('pause').ariaPressed") == "true"
    assert "paused" in browser.text("#fresh")
    browser.requests()
    time.sleep(6)
    assert browser.requests() == []
    browser.click("#pause")
    browser.until("a request", lambda: browser.requests())


def it_is_used_with_the_keyboard_and_named_for_who_hears_it(browser):
    browser.run("document.getElementById('pause').focus()")
    seen = []
    for _ in range(6):
        browser.press(TAB)
        seen.append(browser.run("const a = document.activeElement; return a.id || a.textContent"))
    assert seen == ["refresh", "sign-out", "only-late", "filter", "Path", "Last read"], seen
    nameless = browser.run(
        "return [...document.querySelectorAll('input, button')].filter(e => !(e.labels?.length || e.textContent.trim())).length")
    assert nameless == 0
    for table in ("reads", "errors", "mounts"):
        heads = browser.run("return [...document.querySelectorAll(`#${arguments[0]} th`)].every(h => h.scope === 'col')", table)
        assert heads, table
    tree = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    names = {(node["role"]["value"], node.get("name", {}).get("value")) for node in tree if "role" in node}
    for wanted in (("table", "Paths"), ("table", "Errors"), ("table", "Mounts and stores"), ("searchbox", "Filter by path"),
                   ("heading", "Paths"), ("button", "Sign out")):
        assert wanted in names, (wanted, sorted(n for n in names if n[0] in ("table", "searchbox", "heading", "button")))


CONTRAST = """
const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const parse = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
  if (c[3] === undefined || c[3] === 1) return c; } return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll('body *')) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (!own || !e.checkVisibility()) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(back(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`);
}
return poor;
"""


def it_can_be_read_in_light_and_dark_and_on_a_narrow_screen(browser):
    for name, width, height, scheme in (
        ("light", 1280, 900, "light"), ("dark", 1280, 900, "dark"),
        ("narrow", 360, 740, "light"), ("narrow-dark", 360, 740, "dark"),
    ):
        browser.screen(width, height, scheme)
        time.sleep(0.3)
        wide = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide[0] <= wide[1], (name, wide)
        poor = browser.run(CONTRAST)
        assert poor == [], (name, poor)
        browser.shoot(f"{SHOTS}/{name}.png")
    browser.screen(1280, 900)


def trouble_is_said_in_words_and_what_was_known_stays(browser):
    browser.run("window.fetched = window.fetch; window.fetch = async () => new Response("
                "JSON.stringify({errors: ['the store behind the bridge is not available']}), {status: 503})")
    refresh(browser)
    notice(browser, "503: the bridge cannot answer now (the store behind the bridge is not available). It is asked again. "
                    "Shown is what was known at")
    assert browser.is_shown("#reads")
    browser.shoot(f"{SHOTS}/unavailable.png")
    browser.run("window.fetch = window.fetched")
    refresh(browser)
    browser.until("no notice", lambda: not browser.is_shown("#notice"))


def no_error_is_in_the_console_and_nobody_else_was_asked(browser):
    entries = [entry for entry in browser.console() if entry["level"] in ("SEVERE", "WARNING")]
    assert entries == [], entries
    browser.requests()
    asked = {url for url in browser.asked if not url.startswith(("data:", "chrome:", "about:"))}
    assert asked and all(url.startswith(f"{BRIDGE}/") for url in asked), asked
    assert not any(TOKEN in url for url in asked), asked


def a_script_that_got_into_the_page_does_not_run(browser):
    tried = browser.run("""
        const [tried, violated] = [[], []];
        document.addEventListener('securitypolicyviolation', event => violated.push(event.effectiveDirective));
        const attempt = (name, act) => { try { act(); tried.push(`${name}: done`); } catch (e) { tried.push(`${name}: ${e.name}`); } };
        attempt('html', () => { document.body.innerHTML += '<img src=x onerror="window.pwned=1">'; });
        attempt('text', () => { const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.head.append(s); });
        attempt('node', () => { const s = document.createElement('script'); s.append('window.pwned = 1'); document.head.append(s); });
        attempt('handler', () => { const b = document.createElement('button'); b.setAttribute('onclick', 'window.pwned = 1');
          document.body.append(b); b.click(); });
        return fetch('http://192.0.2.1/').catch(error => tried.push(`fetch: ${error.name}`))
          .then(() => new Promise(done => setTimeout(done, 300))).then(() => ({ tried, violated, pwned: window.pwned ?? null }));
    """)
    assert tried["tried"][:2] == ["html: TypeError", "text: TypeError"] and "fetch: TypeError" in tried["tried"], tried
    assert tried["pwned"] is None, tried
    assert {"require-trusted-types-for", "connect-src"} <= set(tried["violated"]), tried


def signing_out_clears_everything(browser):
    browser.click("#sign-out")
    assert browser.is_shown("#sign-in") and not browser.is_shown("#status") and not browser.is_shown("#controls")
    assert browser.focused() == "token"
    page = browser.run("return document.documentElement.outerHTML")
    for left in ("apps/db", "apps/missing", "this process", "bootstrap", TOKEN):
        assert left not in page, left
    browser.requests()
    time.sleep(5.5)
    assert browser.requests() == []


def a_bridge_that_is_gone_is_said_in_words(browser):
    browser.open(f"{BRIDGE}/ui")
    sign_in(browser)
    browser.until("the status", lambda: browser.is_shown("#status"))
    os.kill(int(os.environ["LAB_BRIDGE_PID"]), signal.SIGTERM)
    time.sleep(1)
    refresh(browser)
    notice(browser, "The bridge cannot be reached")
    assert browser.is_shown("#reads")


def main():
    plant()
    browser = Browser(os.environ["LAB_DRIVER"], os.environ["LAB_PROFILE"])
    cases = [
        the_page_asks_for_a_token_and_shows_nothing_without_one,
        a_wrong_token_is_told_so,
        a_token_that_may_not_see_the_status_is_told_what_it_lacks,
        signed_in_the_paths_are_there,
        errors_are_counted_with_category_and_request,
        who_does_not_come_back_is_late,
        a_path_that_looks_like_html_is_text,
        no_value_and_no_token_is_in_the_page,
        the_filter_and_the_order_are_the_readers,
        it_refreshes_by_itself_and_stops_when_told,
        it_is_used_with_the_keyboard_and_named_for_who_hears_it,
        it_can_be_read_in_light_and_dark_and_on_a_narrow_screen,
        trouble_is_said_in_words_and_what_was_known_stays,
        no_error_is_in_the_console_and_nobody_else_was_asked,
        a_script_that_got_into_the_page_does_not_run,
        signing_out_clears_everything,
        a_bridge_that_is_gone_is_said_in_words,
    ]
    failed = 0
    try:
        for case in cases:
            words = case.__name__.replace("_", " ")
            try:
                case(browser)
                print(f"ok      {words}")
            except Exception:
                failed += 1
                print(f"FAILED  {words}\n{traceback.format_exc()}")
    finally:
        browser.close()
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
