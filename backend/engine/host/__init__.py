"""Many process instances of one deployment in memory, side by side."""

from .host import Host as Host
from .instance import Instance as Instance
from .instance import Kept as Kept
