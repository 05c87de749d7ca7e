"""What clients would do with a file: the one it is for, and any other that is asked about."""

from converters.check.clients._habits import Verdict
from converters.check.clients._seen import Seen, file_of
from converters.check.clients._table import CLIENTS, Client
from converters.check.clients._told import Ruling, at_home, elsewhere, rulings

__all__ = ["CLIENTS", "Client", "Ruling", "Seen", "Verdict", "at_home", "elsewhere", "file_of", "rulings"]
