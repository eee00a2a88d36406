"""The same recipe with every combination of some inputs: one after another, in processes, or on Ray."""

import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from calque.errors import BadSetting, CalqueError
from calque.extras import need
from calque.progress import track
from calque.recipe import Recipe, read
from calque.run import run, with_inputs
from calque.values import Table

log = logging.getLogger(__name__)
Case = dict[str, Any]
Row = dict[str, Any]
Runner = Callable[[Recipe, Sequence[Case]], Iterator[tuple[int, Row]]]

ATTEMPTS = 3  # how often a run is begun whose worker was lost


def sweep(
    name: str | Path | Recipe,
    over: Mapping[str, Sequence],
    inputs: Case | None = None,
    *,
    on: str = "here",
    jobs: int = 1,
    gpus: float = 0,
) -> Table:
    """Run a recipe with every combination of the inputs `over`; one row per run.

    name:   a recipe's name, file, or a `Recipe`
    over:   values to try, by input
    inputs: given to every run
    on:     "here", or "ray": an existing Ray cluster, else one on this machine
    jobs:   processes on this machine; on Ray every run takes one of its CPUs
    gpus:   that a run takes on Ray

    A row has the inputs that differ, a column per result, seconds, the run's folder, and `error` where the
    run failed; the others go on. A run whose worker was lost is begun again. Finished steps are shared.
    """
    if on not in ("here", "ray"):
        raise BadSetting(f"sweep: on must be here or ray, got '{on}'")
    if jobs < 1 or gpus < 0:
        raise BadSetting(f"sweep: jobs must be at least 1 and gpus 0, got {jobs} and {gpus}")
    recipe = name if isinstance(name, Recipe) else read(name)
    recipe = with_inputs(recipe, inputs or {})
    for key, choices in over.items():
        if not choices:
            raise BadSetting(f"sweep: no values for '{key}'")
        for choice in choices:
            with_inputs(recipe, {key: choice})
    combined = itertools.product(*over.values())
    cases = [dict(zip(over, choices, strict=True)) for choices in combined]
    runner = _on_ray(gpus) if on == "ray" else (_here if jobs == 1 else _in_processes(jobs))
    rows: list[Row] = [{}] * len(cases)
    for index, row in track(runner(recipe, cases), f"runs of {recipe.name}", total=len(cases)):
        rows[index] = row
    return Table(tuple(rows))


def _one(recipe: Recipe, case: Case, folder: str) -> Row:
    """One run as a row; what goes wrong becomes part of it."""
    if Path(folder).is_dir():  # a worker starts elsewhere than relative paths are meant
        os.chdir(folder)
    start = time.perf_counter()
    row: Row = {name: _plain(value) for name, value in case.items()}
    try:
        made = run(recipe, case)
        row |= flat(made.summaries()) | {"folder": str(made.folder.resolve())}
        error = None
    except CalqueError as problem:
        error = str(problem)
    except Exception as problem:
        log.exception("run with %s failed", case)
        error = f"{type(problem).__name__}: {problem}"
    return row | {"seconds": round(time.perf_counter() - start, 3), "error": error}


def _lost(case: Case) -> Row:
    row = {name: _plain(value) for name, value in case.items()}
    return row | {"seconds": None, "error": f"its worker was lost {ATTEMPTS} times"}


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def flat(summaries: dict[str, Any]) -> Row:
    """Summaries with one column for each item of a dict."""
    row: Row = {}
    for name, value in summaries.items():
        if isinstance(value, dict):
            row |= {f"{name}.{key}": item for key, item in flat(value).items()}
        else:
            row[name] = value
    return row


def _here(recipe: Recipe, cases: Sequence[Case]) -> Iterator[tuple[int, Row]]:
    for index, case in enumerate(cases):
        yield index, _one(recipe, case, str(Path.cwd()))


def _in_processes(jobs: int) -> Runner:
    def runner(recipe: Recipe, cases: Sequence[Case]) -> Iterator[tuple[int, Row]]:
        waiting = dict(enumerate(cases))
        for index, row in _pool(recipe, waiting, jobs):
            del waiting[index]
            yield index, row
        for index, case in waiting.items():  # a lost worker takes all runs of its pool along
            for _ in range(ATTEMPTS - 1):
                log.warning("the worker of %s was lost; it is begun again, alone", case)
                rows = dict(_pool(recipe, {index: case}, 1))
                if rows:
                    yield index, rows[index]
                    break
            else:
                yield index, _lost(case)

    return runner


def _pool(recipe: Recipe, cases: dict[int, Case], jobs: int) -> Iterator[tuple[int, Row]]:
    """Rows as they come; those of a lost worker are missing."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    threads = max(1, (os.cpu_count() or 1) // jobs)
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_worker, initargs=(threads,)
    ) as pool:
        futures = {
            pool.submit(_one, recipe, case, str(Path.cwd())): index for index, case in cases.items()
        }
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                continue


def _worker(threads: int) -> None:
    """Share the cores among the processes; read when torch and NumPy load."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))


def _on_ray(gpus: float) -> Runner:
    def runner(recipe: Recipe, cases: Sequence[Case]) -> Iterator[tuple[int, Row]]:
        ray = need("ray", extra="cluster")
        started = not ray.is_initialized()
        if started:  # joins the cluster of RAY_ADDRESS or of this machine where there is one
            ray.init(log_to_driver=False, logging_level=logging.WARNING)
        try:
            remote = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=ATTEMPTS - 1)(_one)
            waiting = {
                remote.remote(recipe, case, str(Path.cwd())): index
                for index, case in enumerate(cases)
            }
            while waiting:
                (done,), _ = ray.wait(list(waiting), num_returns=1)
                index = waiting.pop(done)
                try:
                    yield index, ray.get(done)
                except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError):
                    yield index, _lost(cases[index])
                except ray.exceptions.RayError as problem:
                    row = _lost(cases[index])
                    yield index, row | {"error": f"{type(problem).__name__}: {problem}"}
        finally:
            if started:
                ray.shutdown()

    return runner
