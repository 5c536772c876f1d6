"""Runs the functions of a factor library for @aistock/data-service.

It is no sandbox: the library's code may do whatever this user may. Requests come as lines of JSON on descriptor 3,
answers go to descriptor 4. The library is imported once; every call runs in a process forked for it, with its own
copy-on-write view of the input, so that state, changes, crashes and limits end with the call.
"""
import hashlib
import importlib
import inspect
import json
import os
import pkgutil
import re
import resource
import runpy
import select
import signal
import sys
import time
import traceback

import numpy as np
import pandas as pd

DOLLAR = re.compile(r"""["']\$\w+["']""")
TOLD = 4000  # characters of what was printed, and of a traceback
LEVELS = ("datetime", "instrument")


# The input: columns as one array of a file, codes and levels beside it.


def levels_of(folder):
    with open(os.path.join(folder, "input.json"), encoding="utf-8") as file:
        return json.load(file)


def frame_of(folder, rows, dollar):
    """The input's first rows as a frame; its cells are mapped copy-on-write."""
    about = levels_of(folder)
    total, names = about["rows"], about["columns"]
    rows = total if rows is None else rows
    cells = np.memmap(os.path.join(folder, "cells"), dtype=about["type"], mode="c", shape=(len(names), total))
    sessions = np.fromfile(os.path.join(folder, "sessions"), dtype="int32", count=rows)
    instruments = np.fromfile(os.path.join(folder, "instruments"), dtype="int32", count=rows)
    # only the levels that these rows use: unstack would give columns for the others
    used_sessions, session_codes = np.unique(sessions, return_inverse=True)
    used_names, name_codes = np.unique(instruments, return_inverse=True)
    times = np.fromfile(os.path.join(folder, "times"), dtype="datetime64[ns]")
    days = pd.DatetimeIndex(times[used_sessions])
    codes = pd.Index(np.array(about["instruments"], dtype=object)[used_names])
    index = pd.MultiIndex(levels=[days, codes], codes=[session_codes, name_codes], names=LEVELS, verify_integrity=False)
    columns = [("$" if dollar else "") + name for name in names]
    return pd.DataFrame(cells[:, :rows].T, index=index, columns=columns, copy=False)


def is_unchanged(frame, index, folder, dollar):
    about = levels_of(folder)
    names = [("$" if dollar else "") + name for name in about["columns"]]
    if list(frame.columns) != names or frame.index is not index or list(frame.index.names) != list(LEVELS):
        return False
    cells = np.memmap(os.path.join(folder, "cells"), dtype=about["type"], mode="r", shape=(len(names), about["rows"]))
    bits = "uint32" if about["type"] == "float32" else "uint64"
    for k, name in enumerate(names):
        mine = frame[name].to_numpy()
        if mine.dtype != cells.dtype or not np.array_equal(mine.view(bits), cells[k, : len(frame)].view(bits)):
            return False
    return True


# The library: what it has, and what a pointer means.


def import_library(request):
    sys.path.insert(0, request["path"])
    sys.dont_write_bytecode = True
    modules, failed = {}, {}
    names = [request["package"]]
    try:
        package = importlib.import_module(request["package"])
    except BaseException as error:
        return {"failed": {request["package"]: told(error)}, "modules": {}, "version": None}
    for found in pkgutil.iter_modules(getattr(package, "__path__", [])):
        names.append(request["package"] + "." + found.name)
    for name in names:
        try:
            modules[name] = contents(importlib.import_module(name))
        except BaseException as error:
            failed[name] = told(error)
    version = getattr(package, "__version__", None)
    return {"modules": modules, "failed": failed, "version": None if version is None else str(version)}


def contents(module):
    functions = {}
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            required = [
                p for p in inspect.signature(value).parameters.values()
                if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            ]
            text = sources(value, module)
            functions[name] = {
                "parameters": len(required),
                "dollar": bool(DOLLAR.search(text)),
                "hash": hashlib.sha256(text.encode()).hexdigest(),
            }
    classes = [n for n, v in vars(module).items() if inspect.isclass(v) and v.__module__ == module.__name__]
    return {"functions": functions, "classes": classes}


def sources(function, module):
    """Its source and that of what it calls in its own module."""
    known, waiting = {}, [function]
    while waiting:
        thing = waiting.pop()
        if thing.__qualname__ in known:
            continue
        try:
            known[thing.__qualname__] = inspect.getsource(thing)
        except OSError:
            known[thing.__qualname__] = ""
        for name in names_in(thing):
            value = vars(module).get(name)
            if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module.__name__:
                waiting.append(value)
    return "\n".join(known[name] for name in sorted(known))


def names_in(thing):
    codes = [thing.__code__] if inspect.isfunction(thing) else [
        f.__code__ for f in vars(thing).values() if inspect.isfunction(f)
    ]
    names = set()
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes.extend(c for c in code.co_consts if inspect.iscode(c))
    return names


def told(error):
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "type": type(error).__name__,
        "message": str(error)[:TOLD],
        "traceback": text[-TOLD:],
        "missing": getattr(error, "name", None) if isinstance(error, ImportError) else None,
    }


# One call, in the process forked for it.


def call(request):
    folder, rows, style = request["input"], request.get("rows"), request["style"]
    for attempt, dollar in enumerate([request["dollar"], not request["dollar"]]):
        frame = frame_of(folder, rows, dollar or style != "frame")
        index = frame.index
        try:
            result = run_style(request, style, frame)
            for _ in range(request.get("times", 1) - 1):
                result = run_style(request, style, frame_of(folder, rows, dollar or style != "frame"))
        except KeyError as error:
            if attempt == 0 and style == "frame" and names_field(error, folder):
                continue  # it asks for the other spelling of the names
            raise
        about = describe(result, frame_of(folder, rows, dollar).index, index, request["out"])
        about["mutates"] = style == "frame" and not is_unchanged(frame, index, folder, dollar)
        about["dollar"] = dollar
        return about


def names_field(error, folder):
    asked = str(error.args[0] if error.args else "")
    return any(name in (asked, asked.lstrip("$")) or "'$" in asked for name in levels_of(folder)["columns"])


def run_style(request, style, frame):
    if style == "frame":
        return getattr(importlib.import_module(request["module"]), request["function"])(frame)
    if not os.path.lexists("daily_pv.h5"):
        frame.to_hdf("daily_pv.h5", key="data", mode="w")
    if style == "script":
        runpy.run_path(request["script"], run_name="__main__")
        result = None
    else:
        result = getattr(importlib.import_module(request["module"]), request["function"])()
    return pd.read_hdf("result.h5", key="data") if os.path.exists("result.h5") else result


def describe(result, fresh, given, out):
    """What a result is; its values and, where they are not the input's, its keys go to files."""
    if not isinstance(result, (pd.Series, pd.DataFrame)):
        kind = "None" if result is None else type(result).__name__
        return {"outcome": "not-a-frame", "error": {
            "type": "TypeError", "message": f"returns {kind}, not a Series or DataFrame", "traceback": ""}}
    frame = result.to_frame() if isinstance(result, pd.Series) else result
    about = {
        "outcome": "values",
        "kind": "Series" if isinstance(result, pd.Series) else "DataFrame",
        "name": None if not isinstance(result, pd.Series) or result.name is None else str(result.name),
        "columns": [str(c[-1] if isinstance(c, tuple) else c) for c in frame.columns],
        "types": [str(t) for t in frame.dtypes],
        "levels": [None if n is None else str(n) for n in frame.index.names],
        "rows": len(frame),
    }
    if result.index is given or (len(frame) == len(fresh) and frame.index.equals(fresh)):
        about.update(same=True, sorted=True)
    else:
        keys = keys_of(frame.index, fresh)
        if keys is None:
            about["outcome"] = "wrong-index"
            return about
        sessions, instruments, ordered, extra = keys
        sessions.astype("int32").tofile(os.path.join(out, "sessions"))
        instruments.astype("int32").tofile(os.path.join(out, "instruments"))
        about.update(same=False, sorted=ordered, extraLevel=extra)
    numeric = []
    with open(os.path.join(out, "values"), "wb") as file:
        for k in range(frame.shape[1]):
            column = frame.iloc[:, k]
            try:
                cells = column.to_numpy(dtype="float32" if column.dtype == "float32" else "float64", na_value=np.nan)
            except (TypeError, ValueError):
                numeric.append(None)
                continue
            numeric.append(str(cells.dtype))
            cells.tofile(file)
    about["stored"] = numeric
    return about


def keys_of(index, fresh):
    """Positions in the input's levels, -1 where there is none; None where it has no such levels."""
    if not isinstance(index, pd.MultiIndex):
        return None
    names = list(index.names)
    days = [k for k in range(index.nlevels) if names[k] == "datetime"] or [
        k for k in range(index.nlevels) if isinstance(index.levels[k], pd.DatetimeIndex)]
    codes = [k for k in range(index.nlevels) if names[k] == "instrument"] or [
        k for k in range(index.nlevels) if k not in days]
    if len(days) != 1 or len(codes) not in (1, 2) or index.nlevels != len(days) + len(codes):
        return None
    values = [index.get_level_values(k) for k in codes]
    if len(values) == 2 and not values[0].equals(values[1]):
        return None
    sessions = fresh.levels[0].get_indexer(pd.DatetimeIndex(index.get_level_values(days[0])))
    instruments = fresh.levels[1].get_indexer(values[0])
    order = sessions.astype("int64") * (len(fresh.levels[1]) + 1) + instruments
    ordered = days[0] == 0 and bool(np.all(order[1:] >= order[:-1]))
    return sessions, instruments, ordered, len(values) == 2


def child(request):
    out, scratch = request["out"], request["scratch"]
    os.setsid()
    os.chdir(scratch)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        target = os.open(os.path.join(out, name), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(target, descriptor)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)
    limit(request)
    np.random.seed(request["seed"])
    import random

    random.seed(request["seed"])
    before = set(os.listdir(scratch))
    try:
        about = call(request)
    except MemoryError as error:
        about = {"outcome": "out-of-memory", "error": told(error)}
    except NotImplementedError as error:
        about = {"outcome": "not-implemented", "error": told(error)}
    except BaseException as error:
        about = {"outcome": "raised", "error": told(error)}
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            pass
    expected = {"daily_pv.h5", "result.h5"} if request["style"] != "frame" else set()
    about["files"] = sorted(set(os.listdir(scratch)) - before - expected)
    with open(os.path.join(out, "about.json"), "w", encoding="utf-8") as file:
        json.dump(about, file)


def limit(request):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (request["fileBytes"], request["fileBytes"]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond is an OSError
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (held + request["memory"], held + request["memory"]))


# The parent: forks, waits, kills.


def answer(request, status, seconds, timed_out):
    left = True
    try:
        os.killpg(request["pid"], signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        left = False
    try:
        with open(os.path.join(request["out"], "about.json"), encoding="utf-8") as file:
            about = json.load(file)
    except (OSError, ValueError):
        about = {"outcome": "timeout" if timed_out else "crashed", "files": listed(request["scratch"])}
        code = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        name = signal.Signals(code).name if code else f"exit code {os.WEXITSTATUS(status)}"
        about["error"] = {"type": "Timeout", "message": f"ran longer than {request['seconds']:g} s", "traceback": ""} if timed_out else {
            "type": "Crash", "message": f"its process ended with {name}", "traceback": ""}
    for name in ("stdout", "stderr"):
        about[name] = beginning(os.path.join(request["out"], name))
    about.update(id=request["id"], seconds=seconds, leavesProcesses=left and not timed_out)
    say(about)


def kill(pid):
    """The process and those it started, if it has a group of its own already."""
    try:
        (os.killpg if os.getpgid(pid) == pid else os.kill)(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def listed(folder):
    try:
        return sorted(set(os.listdir(folder)) - {"daily_pv.h5"})
    except OSError:
        return []


def beginning(path):
    try:
        with open(path, "rb") as file:
            return file.read(TOLD).decode("utf-8", "replace")
    except OSError:
        return ""


def say(about):
    text = (json.dumps(about) + "\n").encode()
    while text:
        text = text[os.write(4, text):]


def main():
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    running, unread = {}, b""
    while True:
        now = time.monotonic()
        for pid, (request, began, deadline) in list(running.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            late = found == 0 and now >= deadline
            if late:
                kill(pid)
                found, status = os.waitpid(pid, 0)
            if found:
                del running[pid]
                answer(request, status, time.monotonic() - began, late)
        wait = min((deadline - now for _, _, deadline in running.values()), default=None)
        ready, _, _ = select.select([3, wake], [], [], None if wait is None else max(0, wait))
        if wake in ready:
            os.read(wake, 4096)
        if 3 not in ready:
            continue
        got = os.read(3, 1 << 16)
        if not got:
            for pid in running:
                kill(pid)
            os._exit(0)
        *lines, unread = (unread + got).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["op"] == "import":
                say({"id": request["id"], **import_library(request)})
                continue
            pid = os.fork()
            if pid == 0:
                try:
                    signal.set_wakeup_fd(-1)
                    os.close(3), os.close(4)
                    child(request)
                finally:
                    os._exit(0)
            began = time.monotonic()
            running[pid] = ({**request, "pid": pid}, began, began + request["seconds"])


say({"id": -1, "pandas": pd.__version__, "numpy": np.__version__, "python": sys.version.split()[0]})
main()
