# One word per task; `just check` is what CI runs.

# install everything
setup:
    uv sync --all-extras --all-groups

# the tests
test *words:
    uv run --all-extras --all-groups pytest {{words}}

# format, and repair what can be repaired
format:
    uv run --group dev ruff format .
    uv run --group dev ruff check --fix .

# everything CI runs
check:
    .ci/run

# pins and hashes of everything that is installed
lock:
    uv export --quiet --all-extras --all-groups --no-emit-project --no-header --no-annotate --output-file requirements.lock

# the pages that are made from the code: docs/commands.md and docs/workflows.md
docs:
    uv run --group dev python -m tests.pages

# Temporal histories for the replay tests, after a graph has changed: all, or those named
record *names:
    uv run --all-extras --all-groups python -m tests.temporal.record {{names}}

# measure the engines side by side, and put the table into docs/engines.md
bench-engines:
    uv run --all-extras --all-groups python -m tests.benchmarks.engines --write

# how close a fan-out of twenty sources comes to its slowest one
bench-fan-out:
    uv run --all-extras --all-groups python -m tests.benchmarks.fan_out

# how long three thousand documents take to be indexed, and asked
bench-knowledge:
    uv run --all-extras --all-groups python -m tests.benchmarks.knowledge

# how fast it is, as ratios of what is measured side by side: docs/performance.md, its figures and its picture
bench:
    uv run --all-extras --all-groups python -m tests.benchmarks.performance --write

# the same with fewer rounds, in about two minutes: prints the ratios, and fails only when a benchmark is broken
bench-quick:
    uv run --all-extras --all-groups python -m tests.benchmarks.performance --quick

# the power fails at 200 syncs: what was acknowledged is there afterwards (needs a C compiler)
power-loss kills="200":
    uv run --all-extras --all-groups python -m tests.recovery.power_loss {{kills}}

# our saver beside the stock one: a step, and runs per second with many at once, as ratios
bench-saver *folder:
    uv run --all-extras --all-groups python -m tests.benchmarks.saver {{folder}}

# kill every workflow at every commit and file rename, before and after; prints the points and the violations
crash *scenarios:
    uv run --all-extras --all-groups python -m tests.recovery.crash_run {{scenarios}}

# attack every step of every workflow that acts, in every way that state can be written; prints the cells and the violations
attack *words:
    uv run --all-extras --all-groups python -m tests.attacks.matrix {{words}}

# ten thousand generated fault sequences of Stripe: no refund twice, none lost
stripe-faults sequences="10000":
    STRIPE_SEQUENCES={{sequences}} uv run --all-extras --all-groups pytest tests/app/clients/payments/test_fault_sequences.py

# many requests made from the OpenAPI document, for each route: none is answered with a 500 (needs some minutes)
api-requests number="500":
    API_REQUESTS={{number}} uv run --all-extras --all-groups pytest tests/app/server/test_schema.py

# the README's picture of the inbox, drawn by the browser of the tests
picture:
    PICTURES=1 uv run --all-extras --all-groups pytest tests/app/server/test_browser.py -k picture
