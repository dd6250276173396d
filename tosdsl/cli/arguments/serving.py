"""The commands that go on answering, and what they are set up by."""

from __future__ import annotations

import argparse

from tosdsl.cli.arguments.common import Command
from tosdsl.cli.arguments.kinds import count, day, port


def _mcp(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy",
        nargs="*",
        metavar="POLICY",
        help="a file, a folder or an id; without one, all there are",
    )
    command.add_argument(
        "--http",
        type=port,
        nargs="?",
        const=8765,
        metavar="PORT",
        help="over HTTP on this machine (8765), and not over standard input and output",
    )


def _lsp(command: argparse.ArgumentParser) -> None:
    """It takes none."""


def _studio(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port", type=port, default=8750, metavar="PORT", help="where it is on this machine (8750)"
    )
    command.add_argument("--build", metavar="DIR", help="write it as a folder of static files instead")


def _gate(command: argparse.ArgumentParser) -> None:
    several = command.add_subparsers(dest="gate", required=True, metavar="COMMAND")
    init = several.add_parser("init", help="a gate.yaml for a policy, to be filled in")
    init.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    check = several.add_parser("check", help="hold a gate.yaml to the policies and the registers")
    facts = several.add_parser("facts", help="which fact comes from where, and which can decide")
    for each in (check, facts):
        each.add_argument("file", metavar="FILE", help="the gate.yaml")
        each.add_argument("--format", choices=("text", "json"), default="text")
    serve = several.add_parser("serve", help="answer requests until told to stop")
    serve.add_argument("file", metavar="FILE", help="the gate.yaml")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    serve.add_argument("--port", type=port, default=8181, help="the port (8181)")
    serve.add_argument("--key-file", metavar="FILE", help="the file with the key that callers show")
    serve.add_argument("--no-key", action="store_true", help="let everybody ask who reaches it")
    serve.add_argument("--cert", metavar="FILE", help="a certificate, for TLS")
    serve.add_argument("--cert-key", metavar="FILE", help="its key")
    serve.add_argument("--client-ca", metavar="FILE", help="who signs certificates of callers")
    serve.add_argument("--grpc", metavar="HOST:PORT", help="answer Envoy's gRPC there as well")
    serve.add_argument(
        "--bundle-key",
        action="append",
        default=[],
        metavar="FILE",
        help="FILE is a bundle; the public key of who has to have signed it",
    )
    replay = several.add_parser("replay", help="decide a log anew: what would come out otherwise")
    replay.add_argument("log", metavar="LOG", help="a decision log")
    replay.add_argument(
        "--with", dest="policy", nargs="+", required=True, metavar="POLICY", help="what decides anew"
    )
    replay.add_argument("--format", choices=("text", "json"), default="text")
    explain = several.add_parser("explain", help="decide one line of a log anew, and explain it")
    explain.add_argument("log", metavar="LOG", help="a decision log")
    explain.add_argument("id", metavar="ID", help="the decision's id, as x-tosdsl-decision-id has it")
    explain.add_argument(
        "--with", dest="policy", nargs="+", required=True, metavar="POLICY", help="what decided"
    )
    for each in (init, check, facts):
        each.add_argument("--as-of", type=day, metavar="DATE", help="the day of the uses; else today")


def _bundle(command: argparse.ArgumentParser) -> None:
    several = command.add_subparsers(dest="bundle", required=True, metavar="COMMAND")
    build = several.add_parser("build", help="put a gate.yaml and all its texts into one file")
    build.add_argument("file", metavar="FILE", help="the gate.yaml")
    build.add_argument("--output", required=True, metavar="BUNDLE", help="the file to write")
    build.add_argument("--name", default="gate", help="what it is called (gate)")
    build.add_argument(
        "--number", type=count, required=True, metavar="N", help="a version that only rises"
    )
    build.add_argument("--days", type=count, metavar="N", help="how long it may be put to work")
    sign = several.add_parser("sign", help="sign a bundle")
    sign.add_argument("file", metavar="BUNDLE")
    sign.add_argument("--key", required=True, metavar="FILE", help="a private key: Ed25519 or P-256")
    sign.add_argument("--output", metavar="BUNDLE", help="the file to write; else the bundle itself")
    verify = several.add_parser("verify", help="check a bundle, and unpack it")
    verify.add_argument("file", metavar="BUNDLE")
    verify.add_argument("--key", action="append", default=[], metavar="FILE", help="a public key")
    verify.add_argument("--above", type=count, metavar="N", help="refuse a version below this one")
    verify.add_argument("--output", metavar="FOLDER", help="an empty folder to unpack it into")


SERVING = (
    Command("mcp", "the policies as tools for assistants, by MCP", _mcp),
    Command("lsp", "the language server: what editors talk to", _lsp),
    Command("studio", "the policies as a page: read, ask, write, compare", _studio),
    Command("gate", "a decision point for a gateway: from requests to verdicts", _gate),
    Command("bundle", "a gate's mapping and policies as one signed file", _bundle),
)
