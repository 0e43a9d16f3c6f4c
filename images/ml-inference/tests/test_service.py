import pytest


def test_predict_answers_stores_and_remembers(service):
    first = service.predict({"text": "good"}).get_json()
    second = service.predict({"text": "good"}).get_json()
    assert (first["label"], first["cached"], first["stored"]) == ("positive", False, True)
    assert (second["label"], second["cached"]) == ("positive", True)
    assert [row["cached"] for row in service.store.rows] == [False, True]
    assert "127.0.0.1" not in str(service.store.rows)


@pytest.mark.parametrize("body", [None, [], {}, {"text": 1}, {"text": "  "}])
def test_predict_refuses_what_is_no_text(service, body):
    answer = service.predict(body)
    assert answer.status_code == 400 and "error" in answer.get_json()


def test_predict_survives_dependencies_that_are_down(service):
    service.store.down = service.cache.down = ConnectionError("refused")
    answer = service.predict({"text": "bad"})
    assert answer.status_code == 200
    assert answer.get_json()["stored"] is False


def test_rate_limit(service):
    codes = [service.predict({"text": "good"}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_ready_names_the_dependency_that_is_down(service):
    assert service.client.get("/health/ready").status_code == 200
    service.cache.down = ConnectionError("refused")
    answer = service.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json()["down"] == ["redis"]
    assert service.client.get("/health/live").status_code == 200


def test_without_a_model_nothing_but_liveness_answers(unloaded):
    assert unloaded.client.get("/health/live").status_code == 200
    assert unloaded.client.get("/health/startup").status_code == 503
    assert unloaded.client.get("/health/ready").get_json()["down"] == ["model"]
    assert "checksum differs" in unloaded.predict({"text": "good"}).get_json()["error"]


def test_only_listed_origins_are_allowed(service):
    for origin, allowed in (("https://a.example", "https://a.example"), ("https://b.example", None)):
        answer = service.client.get("/health/live", headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
