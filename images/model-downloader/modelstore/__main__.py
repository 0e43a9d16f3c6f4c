"""The command line."""

import argparse
import json
import os
import sys
import time

import urllib3
from minio.error import MinioException

from modelstore import copying
from modelstore.manifest import ModelError
from modelstore.stores import Bucket, Folder

BUNDLED = "/opt/models"
# What may heal while a store starts; a ModelError never does.
MAY_HEAL = (urllib3.exceptions.HTTPError, MinioException, OSError)


def say(message, **fields):
    print(json.dumps({"logger": "modelstore", "message": message, **fields}), flush=True)


def patiently(action, seconds):
    """Runs the action again until it works or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except MAY_HEAL as cause:
            if time.monotonic() > deadline:
                raise ModelError(f"the store did not answer within {seconds} s: {cause}") from cause
            say("waiting for the store", reason=str(cause))
            time.sleep(2)


def store(arguments):
    return Folder(arguments.folder) if arguments.folder else Bucket.from_environment()


def fetch(arguments):
    manifest = copying.fetch(store(arguments), arguments.name, arguments.version, arguments.out, os.environ.get("MODEL_MANIFEST_SHA256"))
    say("model fetched", name=arguments.name, version=arguments.version, files=manifest["files"])


def seed(arguments):
    """A volume that has the model is left alone: somebody may have put a better one there."""
    target = Folder(arguments.out)
    if target.path(arguments.name, arguments.version, "manifest.json").exists():
        say("the volume holds the model already", name=arguments.name, version=arguments.version)
        return
    copying.fetch(Folder(BUNDLED), arguments.name, arguments.version, arguments.out)
    say("volume seeded with the bundled model", name=arguments.name, version=arguments.version)


def publish(arguments):
    bucket = Bucket.from_environment()
    say("models published", to=str(bucket), models=copying.publish(Folder(BUNDLED), bucket))


def check_migration(arguments):
    result = copying.check_migration(store(arguments), arguments.name, arguments.old, arguments.new, arguments.tolerance)
    say("the new version may be used", name=arguments.name, **result)


def command_line():
    parser = argparse.ArgumentParser(prog="modelstore", description="Moves model artifacts. Buckets come from S3_* and AWS_*.")
    parser.add_argument("--wait", type=int, default=120, metavar="SECONDS", help="how long a store may take to answer")
    commands = parser.add_subparsers(required=True)

    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("--name", required=True)

    command = commands.add_parser("fetch", parents=[one], help="bucket or folder → folder")
    command.add_argument("--version", required=True)
    command.add_argument("--out", required=True)
    command.add_argument("--folder", help="read from this folder and not from the bucket")
    command.set_defaults(run=fetch)

    command = commands.add_parser("seed", parents=[one], help="this image → folder, unless the model is there")
    command.add_argument("--version", required=True)
    command.add_argument("--out", required=True)
    command.set_defaults(run=seed)

    command = commands.add_parser("publish", help="this image → bucket, which is created")
    command.set_defaults(run=publish)

    command = commands.add_parser("check-migration", parents=[one], help="may Pods move from one version to another?")
    command.add_argument("--from", dest="old", required=True)
    command.add_argument("--to", dest="new", required=True)
    command.add_argument("--tolerance", type=float, default=0.05, help="how much accuracy may be lost")
    command.add_argument("--folder", help="look in this folder and not in the bucket")
    command.set_defaults(run=check_migration)
    return parser.parse_args()


def main():
    arguments = command_line()
    try:
        patiently(lambda: arguments.run(arguments), arguments.wait)
    except ModelError as cause:
        say("failed", reason=str(cause))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
