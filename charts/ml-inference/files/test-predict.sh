# Posts texts to /predict and checks label, score, history and cache; prints the answers.
set -eu

post() {
    curl --silent --show-error --fail-with-body --max-time 30 --header 'Content-Type: application/json' \
        --data "$1" "$SERVICE_URL/predict" 2>&1
}

fail() {
    echo "FAILED: $1"
    exit 1
}

# The answer to one text, in $answer. A service that has just become ready may need a moment.
predict() {
    body=$(jq --null-input --compact-output --arg text "$1" '{text: $text}')
    attempt=1
    until answer=$(post "$body"); do
        echo "attempt $attempt of $ATTEMPTS: POST /predict: $answer"
        [ "$attempt" -lt "$ATTEMPTS" ] || fail "/predict did not answer 200 within $ATTEMPTS attempts"
        attempt=$((attempt + 1))
        sleep 3
    done
    echo "POST /predict $body answered: $answer"
}

# label of the current answer, which also has to have a plausible score and to be in the database
expect() {
    echo "$answer" | jq --exit-status --arg expected "$1" '.label == $expected' >/dev/null || fail "expected label \"$1\""
    echo "$answer" | jq --exit-status '.score > 0.5 and .score <= 1' >/dev/null || fail "expected a score above 0.5, at most 1"
    echo "$answer" | jq --exit-status '.stored' >/dev/null || fail "the prediction was not stored in PostgreSQL"
    echo "$answer" | jq --exit-status --arg version "$MODEL_VERSION" '.model.version == $version' >/dev/null ||
        fail "expected model version $MODEL_VERSION"
}

predict "I absolutely love this product, it works wonderfully"
expect positive
predict "Terrible experience, it broke after one day and support was useless"
expect negative

if [ "$CACHE" = true ]; then
    predict "Terrible experience, it broke after one day and support was useless"
    expect negative
    echo "$answer" | jq --exit-status '.cached' >/dev/null || fail "the second answer did not come from the cache"
fi

status=$(curl --silent --output /tmp/answer --write-out '%{http_code}' --max-time 30 \
    --header 'Content-Type: application/json' --data '{"text": 42}' "$SERVICE_URL/predict")
echo "POST /predict {\"text\": 42} answered: $status $(cat /tmp/answer)"
[ "$status" = 400 ] || fail "expected 400 for a text that is no string"

echo "PASSED: predictions are right, stored and refused when they should be"
