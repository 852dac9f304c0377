"""moto as a server on 127.0.0.1: its port is the first line of its output, and it ends with its standard input."""

import os
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def end_with_parent():
    """Standard input closes when whoever started the server is gone, however that came about."""
    sys.stdin.read()
    os._exit(0)


def main():
    # moto's own command takes a port but cannot say which one it got.
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(server.port, flush=True)
    threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
