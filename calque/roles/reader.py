"""reader: path -> a value. Reads one file format; every bad line is reported with its place."""

from calque.roles.base import Role
from calque.values import Value

reader = Role("reader", takes=("path",), gives=Value, about="Reads one file format into a value.")
