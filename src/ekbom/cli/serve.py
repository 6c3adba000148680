"""``ekbom serve``: the local web app, in the browser of this computer."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ekbom.cli.store_arguments import add_store, address, app_installed, passphrase
from ekbom.errors import UsageError

_FREE_PORT = 0
_IDLE_MIN = 15.0


def register(subparsers: Any) -> None:
    """Add the verb ``serve`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "serve",
        help="open the app in a browser on this computer; nothing leaves it",
        description="Starts the local web app and opens it in the browser. It listens on this "
        "computer only, unless given a host and a certificate. What is entered is kept in a "
        "folder of this computer; its database is encrypted where the environment holds a "
        "passphrase, EKBOM_PASSPHRASE, from the first start on; or it is on a PostgreSQL server, "
        "where the environment holds its address, EKBOM_DATABASE.",
    )
    parser.add_argument("--port", type=int, default=_FREE_PORT, help="default: a free one")
    parser.add_argument(
        "--host",
        metavar="NAME",
        help="serve other computers too, under this name; only with the two below",
    )
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="of TLS, in PEM")
    parser.add_argument("--private-key", type=Path, metavar="FILE", help="of the certificate")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    add_store(parser)
    parser.add_argument(
        "--patient",
        type=Path,
        metavar="FILE",
        help="open on the patient of this record; taken up first, unless they are here already",
    )
    parser.add_argument("--who", help="who is at the desk; default: the user of this computer")
    parser.add_argument(
        "--idle-min",
        type=float,
        default=_IDLE_MIN,
        help="minutes without use after which pages lock; default: %(default)g",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; the exit status."""
    if not 0 <= args.port <= 65535:
        raise UsageError(f"port {args.port}", expected="0 to 65535")
    with app_installed():
        from ekbom.app.listening import THIS_COMPUTER, Listening
        from ekbom.app.running import Opening, Place, serve
    at = Listening(args.host or THIS_COMPUTER, args.port, args.certificate, args.private_key)
    opening = Opening(
        who=args.who or getpass.getuser(),
        at=at,
        idle_s=60 * args.idle_min,
        opens_browser=not args.no_browser,
        patient=args.patient,
    )
    place = Place(args.store, passphrase(), address())
    serve(place, opening, lambda: datetime.now(UTC), partial(_tell, at.is_beyond))
    return 0


def _tell(is_beyond: bool, address: str, code: str) -> None:
    where = "" if is_beyond else " on this computer"
    print(address, flush=True)
    print(f"Open it in a browser{where}; unlock code {code}.", file=sys.stderr)
    print("Ctrl-C closes ekbom.", file=sys.stderr)
