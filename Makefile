# make demo and make test do all their own set-up; the second time they start at once.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
export TOKENIZERS_PARALLELISM = false

.PHONY: demo test lint clean apertium

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	# torch first and pinned: else pip may bring several gigabytes of CUDA packages
	# what is imported is compiled then; compiling all of it takes half a minute
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[offline,dev]'
	touch $@

demo: $(READY)
	$(BIN)/python -m calque demo runs/demo/data
	@for target in swh deu tur; do \
	  $(BIN)/calque transfer --task topic --source eng --target $$target \
	    --train runs/demo/data/eng/topic.train.tsv --dev runs/demo/data/eng/topic.dev.tsv \
	    --test runs/demo/data/$$target/topic.test.tsv \
	    --parallel runs/demo/data/eng-$$target.tsv \
	    --strategy zero-shot --strategy vocabulary --strategy spelled \
	    --model minilm --out runs/demo/topic-$$target || exit 1; \
	done
	@echo "reports: runs/demo/topic-{swh,deu,tur}/report.html"

lint: $(READY)
	$(BIN)/ruff check calque tests benchmarks
	$(BIN)/ruff format --check calque tests benchmarks
	$(BIN)/pyrefly check --python-interpreter-path $(BIN)/python

# `calque check` is one of the tests
test: lint
	# one thread each: two workers with two threads wait for each other on two cores. Files with slow tests come
	# first (tests/conftest.py), not those with many: else a worker is left alone with one of them at the end
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not gpu and not hub and not cluster" \
	  -n 2 --dist loadfile --no-loadscope-reorder

# the program and its English-Spanish pair, on Debian and Ubuntu; `make apertium PAIRS="isl-eng eu-en"` for others
PAIRS ?= eng-spa
apertium:
	apt-get install --yes --no-install-recommends apertium $(addprefix apertium-,$(PAIRS))
	apertium -l

clean:
	rm -rf $(VENV) runs
