"""The demo: the Lotsenforum of an invented firm, generated the same way each time from the day it is loaded."""
