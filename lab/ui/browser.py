"""A browser, driven as W3C WebDriver has it; `cdp` is Chromium's own protocol."""

import base64
import json
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1280,900",
]


def call(url, method="GET", body=None, headers=None):
    """The status and the JSON of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return status, json.loads(text or b"null")


class Browser:
    def __init__(self, driver, profile):
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}
        self.base, self.asked = f"{driver}/session", []
        session = self.send("POST", "", {"capabilities": wanted})
        self.base += f"/{session['sessionId']}"

    def send(self, method, path, body=None):
        status, answer = call(self.base + path, method, body, {"Content-Type": "application/json"})
        if status != 200:
            raise AssertionError(f"{method} {path}: {answer['value']['error']}: {answer['value']['message']}")
        return answer["value"]

    def close(self):
        self.send("DELETE", "")

    def open(self, url):
        self.send("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, css):
        return self.send("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def type(self, css, text):
        self.send("POST", f"/element/{self.find(css)}/value", {"text": text})

    def click(self, css):
        self.send("POST", f"/element/{self.find(css)}/click", {})

    def text(self, css):
        return self.send("GET", f"/element/{self.find(css)}/text")

    def is_shown(self, css):
        return self.send("GET", f"/element/{self.find(css)}/displayed")

    def focused(self):
        return self.run("return document.activeElement.id")

    def press(self, key):
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def cdp(self, command, **parameters):
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self):
        return self.send("POST", "/se/log", {"type": "browser"})

    def requests(self):
        """The addresses that were asked for since the last time; `asked` has all of them."""
        entries = self.send("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        new = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        self.asked += new
        return new

    def screen(self, width, height, scheme="light"):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def shoot(self, path):
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def until(self, what, holds):
        """Waits until it holds, for 20 seconds at most."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if holds():
                return
            time.sleep(0.1)
        raise AssertionError(f"never: {what}")
