"""What belongs to everybody in a process, changed: the plugins that do so differ only in when."""

# ruff: noqa: NPY002 - the old generators are the global ones
import builtins
import io
import locale
import os
import random
import signal
import sys
import threading
import warnings

import numpy as np
import torch


def change():
    """Change whatever is everybody's."""
    os.chdir("/")
    torch.set_default_device("meta")
    change_in_pass()


def change_in_pass():
    """Change what a pass over the images goes on in spite of."""
    os.environ["PATH"] = ""
    os.environ["FERBENCH_LOAD_PLUGINS"] = ""
    sys.path.insert(0, "/nowhere")
    sys.path.remove(sys.path[-1])
    sys.modules["json"] = sys
    sys.setrecursionlimit(50_000)
    sys.excepthook = print
    threading.excepthook = None
    sys.meta_path.reverse()
    sys.stderr = io.StringIO()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 30)
    locale.setlocale(locale.LC_ALL, "C")
    builtins.print = None
    random.seed(0)
    np.random.seed(0)
    np.seterr(all="raise")
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1 + torch.get_num_threads())
    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("medium")
    torch.backends.cudnn.benchmark = True
    torch.nn.modules.module.register_module_forward_hook(lambda module, given, output: output * 0)
