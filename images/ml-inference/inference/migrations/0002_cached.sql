-- Answers from the cache are recorded as well, and have to be told apart.
ALTER TABLE predictions ADD COLUMN cached boolean NOT NULL DEFAULT false;
CREATE INDEX predictions_by_model ON predictions (model_name, model_version, created_at);
