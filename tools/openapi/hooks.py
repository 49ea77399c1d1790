"""What schemathesis must know beyond schemas/openapi.yaml to check a log service."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(ctx, value):
    """A batch is text with an envelope on each line; other values are sent as one JSON line."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def lines(ctx, response):
    """An answer to a batch: every line must be JSON by itself."""
    text = response.content.decode("utf-8")
    for line in text.splitlines():
        answer = json.loads(line)
        assert "leafHash" in answer or "code" in answer, line
    return text
