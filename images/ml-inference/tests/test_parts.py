import json
import logging

import pytest

from inference import logs, migrate, model
from inference.batching import Batcher
from inference.settings import SettingsError, from_environment


def test_batches_close_when_full():
    sizes = []
    batcher = Batcher(lambda texts: [text.upper() for text in texts], 3, 5, sizes.append)
    futures = [batcher.submit(text) for text in "abcdef"]
    assert [future.result(2) for future in futures] == list("ABCDEF")
    assert sizes == [3, 3]


def test_a_batch_that_fails_tells_its_callers_only():
    batcher = Batcher(lambda texts: [1 / len(text) for text in texts], 1, 0)
    with pytest.raises(ZeroDivisionError):
        batcher.submit("").result(2)
    assert batcher.submit("ab").result(2) == 0.5


@pytest.mark.parametrize("env", [{}, {"DATABASE_HOST": "d", "BATCH_SIZE": "0"}, {"DATABASE_HOST": "d", "FLASK_DEBUG": "yes"}])
def test_settings_that_cannot_be_used_are_refused(env):
    with pytest.raises(SettingsError):
        from_environment(env)


def test_a_file_with_another_checksum_is_not_opened(tmp_path):
    folder = tmp_path / "m" / "1"
    folder.mkdir(parents=True)
    (folder / "model.joblib").write_bytes(b"anything")
    files = [{"path": "model.joblib", "sha256": "0" * 64}]
    (folder / "manifest.json").write_text(json.dumps({"name": "m", "version": "1", "framework": "sklearn", "files": files}))
    with pytest.raises(model.ModelError, match="checksum"):
        model.load(tmp_path, "m", "1")


def test_migrations_run_in_order_and_never_backwards(migrations):
    assert [file.name for file in migrate.pending(migrations, {"0001_predictions.sql"})] == ["0002_cached.sql"]
    with pytest.raises(RuntimeError, match="9999"):
        migrate.pending(migrations, {"9999_future.sql"})


def test_log_lines_are_json_with_the_extra_fields():
    record = logging.makeLogRecord({"msg": "hello %s", "args": ("x",), "levelname": "INFO", "status": 200})
    line = json.loads(logs.JsonFormatter().format(record))
    assert (line["message"], line["status"], line["level"]) == ("hello x", 200, "info")
