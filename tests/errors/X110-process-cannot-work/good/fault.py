"""A machine that gives its processes 100 megabytes."""

import resource

resource.setrlimit(resource.RLIMIT_DATA, (100_000_000, 100_000_000))
