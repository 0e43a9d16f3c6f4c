package seatrial.lib.objects_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.lib.objects

test_a_group_is_what_stands_before_the_slash if {
	objects.in_group("apps") with input as fixture.object_of("apps/v1", "Deployment", {})
	not objects.in_group("app") with input as fixture.object_of("apps/v1", "Deployment", {})
	not objects.in_group("apps") with input as fixture.object_of("v1", "Service", {})
	not objects.in_group("apps") with input as {"object": {"apiVersion": null}}
	not objects.in_group("apps") with input as {}
}

test_the_core_group_has_no_name if {
	objects.core with input as fixture.object_of("v1", "Service", {})
	not objects.core with input as fixture.object_of("serving.knative.dev/v1", "Service", {})
	not objects.core with input as {}
}

test_what_stays_in_production_is_no_hook_and_of_a_production_profile if {
	deployment := fixture.object_of("apps/v1", "Deployment", {})
	objects.in_production with input as deployment
	not objects.in_production with input as fixture.hook(deployment)
	not objects.in_production with input as fixture.development(deployment)
	objects.stays with input as fixture.development(deployment)
	not objects.stays with input as fixture.hook(deployment)
}
