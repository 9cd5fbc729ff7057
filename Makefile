# Targets:
#   make demo   builds the package and runs it on published data; tables go to target/demo
#   make test   installs what the tests need and runs all of them

.PHONY: demo system test tools wheel

PYTHON ?= python3
BIN := .venv/bin
MATURIN := maturin==1.16.0
WHEELS := target/wheels

demo: wheel
	$(BIN)/parindex demo --out target/demo
	@echo
	@echo "Tiếp theo / next: . .venv/bin/activate, rồi / then docs/tutorial/gio-dau-tien.md, docs/tutorial/first-hour.md"

test: wheel system
	@if cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest; then \
		cargo nextest run --locked --workspace --exclude parindex-python; \
	else \
		cargo test --locked --workspace --exclude parindex-python --all-targets; \
	fi
	cargo test --locked --workspace --exclude parindex-python --doc
	$(BIN)/pip install --quiet --group python/pyproject.toml:test -c python/constraints.txt
	$(BIN)/pytest python -n 2 --dist loadfile --quiet
	$(BIN)/mypy --config-file python/pyproject.toml
	$(BIN)/python -m mypy.stubtest --mypy-config-file python/pyproject.toml parindex._native

# Spark runs on Java, the tests of databases start a PostgreSQL server of their own, and those of what is seen open a
# Chromium.
system:
	@missing=""; \
	java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' || missing="default-jre-headless"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-noto-core"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	else \
		echo "make test: cần Java 17 trở lên, PostgreSQL và Chromium / needs Java 17 or later, PostgreSQL and Chromium: sudo apt-get install $$missing" >&2; \
		exit 1; \
	fi

# The release wheel, built and installed into .venv. An older one may have a tag that pip likes better.
wheel: tools $(BIN)/maturin
	@echo "parindex: đang biên dịch, lần đầu mất vài phút / building, a few minutes the first time…" >&2
	rm -f $(WHEELS)/parindex-*.whl
	cd python && ../$(BIN)/maturin build --quiet --release --locked --out ../$(WHEELS)
	$(BIN)/pip install --quiet --force-reinstall --no-deps --no-index --find-links $(WHEELS) parindex

# What cannot be installed from here is named before anything is built.
tools:
	@command -v cargo >/dev/null || { \
		echo "make: cần Rust 1.95 trở lên / needs Rust 1.95 or later: https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { \
		echo "make: cần trình biên dịch C / needs a C compiler: sudo apt-get install gcc libc6-dev" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "make: cần Python 3.11 trở lên, có venv / needs Python 3.11 or later, with venv:" \
			"sudo apt-get install python3-venv; PYTHON=python3.12 make demo" >&2; exit 1; }

$(BIN)/maturin:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet $(MATURIN)
