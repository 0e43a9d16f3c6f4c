# Asks /health/ready until every dependency answers; prints the answers.
set -eu

attempt=1
while :; do
    if answer=$(curl --silent --show-error --fail-with-body --max-time 10 "$SERVICE_URL/health/ready" 2>&1); then
        break
    fi
    echo "attempt $attempt of $ATTEMPTS: GET /health/ready: $answer"
    if [ "$attempt" -ge "$ATTEMPTS" ]; then
        echo "FAILED: /health/ready did not answer 200 within $ATTEMPTS attempts"
        exit 1
    fi
    attempt=$((attempt + 1))
    sleep 3
done
echo "GET /health/ready answered: $answer"

echo "$answer" | jq --exit-status '.status == "ready" and .checks.model == "ok" and .checks.postgresql == "ok"' >/dev/null || {
    echo 'FAILED: expected status "ready" with model and postgresql "ok"'
    exit 1
}
if [ "$CACHE" = true ]; then
    echo "$answer" | jq --exit-status '.checks.redis == "ok"' >/dev/null || {
        echo 'FAILED: expected redis "ok"'
        exit 1
    }
fi
echo "PASSED: the service is ready"
