"""What every test shares: repeatable property tests, and a run that can refuse skipped tests (`--no-skips`)."""

import pytest
from hypothesis import settings

# Derandomised: the same commit gives the same verdict on every machine; no deadline: nothing here is a timed test.
settings.register_profile("pricebook", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("pricebook")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--no-skips` for continuous integration, where everything that the suite needs is installed."""
    parser.addoption("--no-skips", action="store_true", help="fail the run when a test was skipped or expected to fail")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turns a run with skipped or expectedly failing tests into a failing one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--no-skips") or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    if any(reporter.stats.get(outcome) for outcome in ("skipped", "xfailed", "xpassed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Says in words why a run without a failure still failed."""
    left_out = sum(len(terminalreporter.stats.get(outcome, ())) for outcome in ("skipped", "xfailed", "xpassed"))
    if config.getoption("--no-skips") and left_out:
        terminalreporter.write_line(f"{left_out} tests were not really run; --no-skips makes that a failure.", red=True)
