-- One row per answer. The text itself is not kept: its length is enough for the statistics.
CREATE TABLE predictions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id    uuid        NOT NULL UNIQUE,
    client        text        NOT NULL,
    text_length   integer     NOT NULL CHECK (text_length > 0),
    model_name    text        NOT NULL,
    model_version text        NOT NULL,
    label         text        NOT NULL,
    score         real        NOT NULL CHECK (score BETWEEN 0 AND 1),
    created_at    timestamptz NOT NULL DEFAULT now()
);
