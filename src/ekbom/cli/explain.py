"""``ekbom explain``: what is known of restless legs, in plain words and with its sources."""

from __future__ import annotations

import argparse
import json
from typing import Any


def register(subparsers: Any) -> None:
    """Add the verb ``explain`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "explain",
        help="answer a question about restless legs in plain words",
        description="Answers questions about restless legs in plain words, each paragraph with "
        "its sources. Without a topic it lists all of them.",
    )
    parser.add_argument("topic", nargs="*", metavar="TOPIC", help="e.g. why-at-night")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the topics or print one; the exit status."""
    from ekbom.knowledge.education import Topic
    from ekbom.knowledge.loading import load
    from ekbom.report.education import as_json, find_topic, text, topics

    base = load(("claims", "education"))
    if not args.topic:
        known = [as_json(topic, base) for topic in base.of(Topic).values()] if args.json else []
        print(json.dumps(known) if args.json else "\n".join(topics(base)))
        return 0
    topic = find_topic(base, " ".join(args.topic))
    print(json.dumps(as_json(topic, base)) if args.json else "\n".join(text(topic, base)))
    return 0
