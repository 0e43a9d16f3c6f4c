package seatrial.lib.images_test

import data.seatrial.lib.images

test_an_image_is_shown_as_it_was_written if {
	images.written({"raw": {"image": "a:1"}}) == "a:1"
	images.written({"raw": {"image": null}}) == ""
	images.written({"raw": {}}) == ""
}

test_an_origin_starts_with_the_registry if {
	images.origin({"image": {"registry": "docker.io", "repository": "library/redis"}}) == "docker.io/library/redis"
	not images.origin({"image": null})
}
