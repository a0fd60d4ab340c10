"""Soundness: can a process always end, with no token left behind and nothing in vain? Data are ignored."""

from .explore import LIMIT as LIMIT
from .explore import explore as explore
from .faults import told as told
from .report import Finding as Finding
from .report import Place as Place
from .report import Report as Report
