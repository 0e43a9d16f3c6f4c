package seatrial.pss_baseline.app_armor_profile_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.app_armor_profile as rule

of_type(type) := {"appArmorProfile": {"type": type}}

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	base := fixture.input_of([fixture.secured("app", "container", own)])
	denials := rule.deny with input as fixture.with_context(base, pod)
}

annotated(annotations) := denials if {
	denials := rule.deny with input as fixture.with_annotations(fixture.input_of(fixture.bare), annotations)
}

key := "container.apparmor.security.beta.kubernetes.io/app"

test_a_profile_of_the_pod_that_does_not_confine_is_denied if {
	denied(of_type("Unconfined"), {}) == {{
		"message": "the Pod's AppArmor profile is \"Unconfined\"; set its type to RuntimeDefault or Localhost",
		"path": "spec.template.spec.securityContext.appArmorProfile.type",
	}}
}

test_a_profile_of_a_container_that_does_not_confine_is_denied if {
	denied({}, of_type("Unconfined")) == {{
		"message": concat(" ", [
			"the AppArmor profile of container \"app\" is \"Unconfined\";",
			"set its type to RuntimeDefault or Localhost",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.appArmorProfile.type",
	}}
}

test_an_annotation_that_does_not_confine_is_denied if {
	annotated({key: "unconfined"}) == {{
		"message": concat(" ", [
			"an annotation sets the AppArmor profile of container \"app\" to \"unconfined\";",
			"write runtime/default or remove it",
		]),
		"container": "app",
		"path": sprintf("spec.template.metadata.annotations[%q]", [key]),
	}}
}

test_profiles_that_confine_null_and_silence_pass if {
	every context in [{}, null, {"appArmorProfile": null}, of_type("RuntimeDefault"), of_type("Localhost")] {
		denied(context, context) == set()
	}
}

test_a_profile_without_a_type_or_with_another_is_denied if {
	every profile in [{}, {"type": null}, {"type": ""}, {"type": "runtime/default"}, {"type": 1}, "RuntimeDefault"] {
		count(denied({"appArmorProfile": profile}, {})) == 1
		count(denied({}, {"appArmorProfile": profile})) == 1
	}
}

test_neither_covers_the_other if {
	count(denied(of_type("Unconfined"), of_type("RuntimeDefault"))) == 1
	count(denied(of_type("RuntimeDefault"), of_type("Unconfined"))) == 1
	count(denied(of_type("Unconfined"), of_type("Unconfined"))) == 2
}

test_annotations_that_confine_or_say_nothing_pass if {
	every value in ["", "runtime/default", "localhost/", "localhost/mine", null] {
		annotated({key: value}) == set()
	}
	annotated({}) == set()
}

test_any_other_annotation_is_denied if {
	every value in ["runtime/Default", "localhost", "RuntimeDefault", " ", 1, true] {
		count(annotated({key: value})) == 1
	}
}

test_an_annotation_counts_without_its_container if {
	bare := "container.apparmor.security.beta.kubernetes.io/"
	count(annotated({bare: "unconfined", concat("", [bare, "nobody"]): "unconfined"})) == 2
}

test_annotations_of_others_say_nothing if {
	annotated({
		"apparmor.security.beta.kubernetes.io/app": "unconfined",
		"container.apparmor.security.beta.kubernetes.io": "unconfined",
		"container.seccomp.security.alpha.kubernetes.io/app": "unconfined",
	}) == set()
}

test_annotations_of_the_object_are_not_the_pods if {
	base := fixture.input_of(fixture.bare)
	elsewhere := object.union(base, {"object": {"metadata": {"annotations": {key: "unconfined"}}}})
	count(rule.deny) == 0 with input as elsewhere
}

test_a_pod_without_metadata_passes if {
	base := fixture.input_of(fixture.bare)
	every metadata in [null, {}, {"annotations": null}] {
		without := object.union(object.remove(base, ["pod"]), {"pod": object.union(
			object.remove(base.pod, ["metadata"]),
			{"metadata": metadata},
		)})
		count(rule.deny) == 0 with input as without
	}
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, of_type("Unconfined")) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_windows_pods_and_hooks_are_judged if {
	base := fixture.with_context(fixture.input_of([]), of_type("Unconfined"))
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_every_version_is_judged_alike if {
	base := fixture.with_context(fixture.input_of([]), of_type("Unconfined"))
	every minor in [29, 30, 31, 99] {
		count(rule.deny) == 1 with input as fixture.for_minor(base, minor)
	}
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	base := fixture.cron_job_of([fixture.secured("app", "container", of_type("Unconfined"))])
	bad := fixture.with_annotations(fixture.with_context(base, of_type("Unconfined")), {key: "unconfined"})
	denials := rule.deny with input as bad
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.securityContext.appArmorProfile.type",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.appArmorProfile.type",
		sprintf("spec.jobTemplate.spec.template.metadata.annotations[%q]", [key]),
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
