"""Where models are kept: a bucket, or a folder. Both read by (name, version, file)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials import (
    ChainedProvider,
    EnvAWSProvider,
    IamAwsProvider,
    StaticProvider,
)
from minio.error import S3Error

from modelstore.manifest import ModelError, safe


class Folder:
    """`<root>/<name>/<version>/<file>`."""

    def __init__(self, root):
        self._root = Path(root)

    def __str__(self):
        return str(self._root)

    def path(self, name, version, file):
        return self._root / safe(name, "name") / safe(version, "version") / safe(file, "file")

    def open(self, name, version, file):
        try:
            return self.path(name, version, file).open("rb")
        except OSError as cause:
            raise ModelError(f"{self.path(name, version, file)}: {cause.strerror}") from cause

    def models(self):
        return sorted(tuple(path.parts[-3:-1]) for path in self._root.glob("*/*/manifest.json"))


class Bucket:
    """`s3://<bucket>/<prefix>/<name>/<version>/<file>`."""

    def __init__(self, client, bucket, prefix):
        self._client, self._bucket, self._prefix = client, bucket, prefix.strip("/")

    @classmethod
    def from_environment(cls, env=None):
        env = os.environ if env is None else env
        endpoint = urlsplit(env.get("S3_ENDPOINT") or f"https://s3.{env.get('S3_REGION', 'us-east-1')}.amazonaws.com")
        if endpoint.scheme not in ("http", "https") or not endpoint.netloc:
            raise ModelError("S3_ENDPOINT must look like https://host[:port]")
        if not env.get("S3_BUCKET"):
            raise ModelError("S3_BUCKET is not set")
        # Keys from the environment first; the role of the Pod or of the machine otherwise.
        credentials = ChainedProvider([EnvAWSProvider(), IamAwsProvider()])
        if env.get("S3_ANONYMOUS") == "true":
            credentials = None
        elif env.get("AWS_ACCESS_KEY_ID"):
            credentials = StaticProvider(env["AWS_ACCESS_KEY_ID"], env.get("AWS_SECRET_ACCESS_KEY", ""))
        client = Minio(
            endpoint=endpoint.netloc,
            secure=endpoint.scheme == "https",
            region=env.get("S3_REGION") or None,
            credentials=credentials,
            http_client=urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=30), retries=False),
        )
        return cls(client, env["S3_BUCKET"], env.get("S3_PREFIX", ""))

    def __str__(self):
        return f"s3://{self._bucket}/{self._prefix}"

    def _key(self, name, version, file):
        parts = [self._prefix, safe(name, "name"), safe(version, "version"), safe(file, "file")]
        return "/".join(part for part in parts if part)

    def open(self, name, version, file):
        key = self._key(name, version, file)
        try:
            return self._client.get_object(self._bucket, key)
        except S3Error as cause:
            if cause.code in ("NoSuchKey", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
                raise ModelError(f"s3://{self._bucket}/{key}: {cause.code}") from cause
            raise

    def create(self):
        if not self._client.bucket_exists(self._bucket):
            self._client.make_bucket(self._bucket)

    def put(self, name, version, file, source, size):
        self._client.put_object(self._bucket, self._key(name, version, file), source, size)
