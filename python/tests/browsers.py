"""A real browser, and a JupyterLab of its own for it to open: fixtures of the tests of what is seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route

PATIENCE = 60_000
"""Milliseconds to wait for what must come, on a machine that is busy with other tests."""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs."""

    address: str
    token: str
    folder: Path

    def write(self, name: str, *cells: str) -> str:
        """Writes a notebook and says where the browser finds it."""
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "cells": [
                {
                    "id": f"cell-{at}",
                    "cell_type": "code",
                    "source": source,
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                }
                for at, source in enumerate(cells)
            ],
        }
        (self.folder / name).write_text(json.dumps(notebook), encoding="utf-8")
        return f"{self.address}doc/tree/{name}?token={self.token}"


def run_all(page: Page, address: str) -> None:
    """Opens a notebook and runs all its cells."""
    from playwright.sync_api import expect

    page.goto(address)
    # Before its kernel is idle a notebook would ask for one instead of running.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    expect(page.locator(".jp-Spinner")).to_have_count(0)
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")


@pytest.fixture(scope="session")
def screenshots(root: Path) -> Path:
    """Where pictures of the run are kept."""
    folder = root / "target" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium: Playwright brings none of its own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    chromium = shutil.which("chromium")
    assert chromium, "the browser tests need Chromium: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing but this machine; what it asks elsewhere fails the test."""
    elsewhere: list[str] = []
    context = browser.new_context(viewport={"width": 1400, "height": 1700}, locale="en-US")
    context.set_default_timeout(PATIENCE)

    def refuse(route: Route, request: Request) -> None:
        elsewhere.append(request.url)
        route.abort()

    context.route(lambda url: url.startswith("http") and not url.startswith("http://127.0.0.1:"), refuse)
    yield context.new_page()
    context.close()
    assert elsewhere == []


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a free port, with folders and settings of its own."""
    home = tmp_path_factory.mktemp("jupyter")
    folder, config, runtime = home / "notebooks", home / "config", home / "runtime"
    for path in (folder, config / "labconfig", runtime):
        path.mkdir(parents=True)
    # The announcements would ask the network and put a question over the page.
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig" / "page_config.json").write_text(json.dumps(quiet), encoding="utf-8")
    environment = os.environ | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
        f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
    try:
        started = _started(server, runtime, home / "log")
        yield Lab(started["url"].replace("localhost", "127.0.0.1"), started["token"], folder)
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _started(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> dict[str, str]:
    """What the server writes down once it listens."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            text = path.read_text(encoding="utf-8")
            if text.endswith("}"):
                found: dict[str, str] = json.loads(text)
                return found
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")
