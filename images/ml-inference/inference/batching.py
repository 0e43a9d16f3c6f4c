"""Gathers texts that arrive within a moment of each other into one call of the model."""

import queue
import threading
import time
from concurrent.futures import Future


class Batcher:
    """A batch closes when it is full or when its first text has waited for `delay_seconds`."""

    def __init__(self, classify, size, delay_seconds, on_batch=lambda size: None):
        self._classify = classify
        self._size = size
        self._delay = delay_seconds
        self._on_batch = on_batch
        self._waiting = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="batcher", daemon=True).start()

    def submit(self, text):
        """A future of (label, score)."""
        future = Future()
        self._waiting.put((text, future))
        return future

    def _gather(self):
        batch = [self._waiting.get()]
        deadline = time.monotonic() + self._delay
        while len(batch) < self._size:
            try:
                batch.append(self._waiting.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _serve(self):
        while True:
            batch = self._gather()
            self._on_batch(len(batch))
            try:
                answers = self._classify([text for text, _ in batch])
            except Exception as cause:  # the callers get it; the batcher lives on
                for _, future in batch:
                    future.set_exception(cause)
                continue
            for (_, future), answer in zip(batch, answers):
                future.set_result(answer)
