# One word per task; `just check` is what CI runs.

# install everything
setup:
    uv sync --all-extras --all-groups

# the tests
test *words:
    uv run --all-extras --all-groups pytest {{words}}

# format, and repair what can be repaired
format:
    uv run ruff format .
    uv run ruff check --fix .

# everything CI runs
check:
    .ci/run

# pins and hashes of everything that is installed
lock:
    uv export --quiet --all-extras --all-groups --no-emit-project --no-header --no-annotate --output-file requirements.lock

# the pages that are made from the code: docs/commands.md and docs/workflows.md
docs:
    uv run python -m tests.pages
