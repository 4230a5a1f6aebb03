"""What every test shares: repeatable property tests, and a run that can refuse skipped tests (`--no-skips`)."""

import gc
import sys

import pytest
from hypothesis import settings

from tests import browser
from tests.extent import cases, run_whole

# Derandomised: the same commit gives the same verdict on every machine; no deadline: nothing here is a timed test.
PROFILE = {"derandomize": True, "deadline": None}

# Spark's client takes a main module that stands in no file, as that of a process of the suite, for its own doctests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--no-skips` and `--whole` for continuous integration, where everything that the suite needs is installed, and where nothing is left out."""
    parser.addoption("--whole", action="store_true", help="run also what is more of the same, and all random cases of each law")
    parser.addoption("--no-skips", action="store_true", help="fail the run when a test was skipped or expected to fail")


def pytest_configure(config: pytest.Config) -> None:
    """How many random cases a law has is known before any test is read."""
    config.addinivalue_line("markers", "whole: more of the same as another test; runs with --whole only")
    run_whole(config.getoption("--whole"))
    settings.register_profile("pricebook", max_examples=cases(100), **PROFILE)
    settings.load_profile("pricebook")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--whole`, what is more of the same is deselected, and counted as such."""
    if not config.getoption("--whole"):
        left_out = [each for each in items if each.get_closest_marker("whole") is not None]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each.get_closest_marker("whole") is None]


def pytest_collection_finish() -> None:
    """The tests themselves are no litter, and records form no circles: to look for them again and again costs time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """No browser outlives the folder whose tests have started it."""
    if nextitem is None or nextitem.path.parent != item.path.parent:
        browser.end()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turns a run with skipped or expectedly failing tests into a failing one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--no-skips") or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    if any(reporter.stats.get(outcome) for outcome in ("skipped", "xfailed", "xpassed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """Fonts of pages lie in folders that go with them, while there is still somebody to remove them."""
    if "engine.documents.pdf" in sys.modules:
        sys.modules["engine.documents.pdf"]._styles.cache_clear()


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Says in words why a run without a failure still failed."""
    left_out = sum(len(terminalreporter.stats.get(outcome, ())) for outcome in ("skipped", "xfailed", "xpassed"))
    if config.getoption("--no-skips") and left_out:
        terminalreporter.write_line(f"{left_out} tests were not really run; --no-skips makes that a failure.", red=True)
