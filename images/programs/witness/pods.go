package main

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	kjson "sigs.k8s.io/json"
)

// levelVersion is a level of the Pod Security Standards as a version of Kubernetes means it.
type levelVersion struct {
	Level   string `json:"level"`
	Version string `json:"version"`
}

// podQuestion asks about one Pod, at one level and version, or at several in one go.
type podQuestion struct {
	levelVersion
	At       []levelVersion  `json:"at"`
	Metadata json.RawMessage `json:"metadata"`
	Spec     json.RawMessage `json:"spec"`
}

// verdict is what one level and version says of a Pod.
type verdict struct {
	Allowed bool `json:"allowed"`
	// Ids of checks, as upstream writes them.
	Violated []string `json:"violated"`
}

// podAnswer is a verdict, or one per entry of `at`.
type podAnswer struct {
	*verdict
	At []verdict `json:"at,omitempty"`
	// Fields that the API does not know. They do not count; a strict server refuses such a Pod.
	Unknown []string `json:"unknown,omitempty"`
}

// refusal is the answer for what is no Pod to the API server.
type refusal struct {
	Refused string `json:"refused"`
}

// judge asks upstream's checks, with upstream's choice of checks per level and version.
type judge struct {
	evaluator policy.Evaluator
	// What the checks of the evaluation at hand said.
	asked, violated []string
}

// newJudge wraps each check so that it tells its id: results of the evaluator do not.
func newJudge() (*judge, error) {
	j := &judge{}
	checks := policy.DefaultChecks()
	for i := range checks {
		id, versions := string(checks[i].ID), checks[i].Versions
		for k := range versions {
			check := versions[k].CheckPod
			versions[k].CheckPod = func(metadata *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
				result := check(metadata, spec)
				j.asked = append(j.asked, id)
				if !result.Allowed {
					j.violated = append(j.violated, id)
				}
				return result
			}
		}
	}
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		return nil, err
	}
	j.evaluator = evaluator
	return j, nil
}

// read makes sense of the two words.
func (at levelVersion) read() (api.LevelVersion, error) {
	level, err := api.ParseLevel(at.Level)
	if err != nil {
		return api.LevelVersion{}, fmt.Errorf("level %q %w", at.Level, err)
	}
	version, err := api.ParseVersion(at.Version)
	if err != nil {
		return api.LevelVersion{}, fmt.Errorf("version %q %w", at.Version, err)
	}
	return api.LevelVersion{Level: level, Version: version}, nil
}

func (j *judge) evaluate(at levelVersion, metadata *metav1.ObjectMeta, spec *corev1.PodSpec) (verdict, error) {
	asked, err := at.read()
	if err != nil {
		return verdict{}, err
	}
	j.asked, j.violated = []string{}, []string{}
	allowed := true
	for _, result := range j.evaluator.EvaluatePod(asked, metadata, spec) {
		allowed = allowed && result.Allowed
	}
	return verdict{Allowed: allowed, Violated: j.violated}, nil
}

// controls tells which checks are in force.
func (j *judge) controls(at *levelVersion) any {
	if _, err := j.evaluate(*at, &metav1.ObjectMeta{}, &corev1.PodSpec{}); err != nil {
		return failed(err)
	}
	return map[string][]string{"controls": j.asked}
}

func (j *judge) pod(asked *podQuestion) any {
	var metadata metav1.ObjectMeta
	var spec corev1.PodSpec
	unknown, err := decode(asked.Metadata, &metadata, "metadata")
	if err != nil {
		return refusal{Refused: err.Error()}
	}
	more, err := decode(asked.Spec, &spec, "spec")
	if err != nil {
		return refusal{Refused: err.Error()}
	}
	answer := podAnswer{Unknown: append(unknown, more...)}
	setDefaults(&spec)
	if asked.At == nil {
		one, err := j.evaluate(asked.levelVersion, &metadata, &spec)
		if err != nil {
			return failed(err)
		}
		answer.verdict = &one
		return answer
	}
	for _, at := range asked.At {
		one, err := j.evaluate(at, &metadata, &spec)
		if err != nil {
			return failed(err)
		}
		answer.At = append(answer.At, one)
	}
	return answer
}

// decode reads as the API server does: names of fields in their exact case, wrong types refused.
func decode(text json.RawMessage, into any, name string) (unknown []string, err error) {
	if text == nil {
		return nil, nil
	}
	strict, err := kjson.UnmarshalStrict(text, into)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, one := range strict {
		unknown = append(unknown, fmt.Sprintf("%s: %v", name, one))
	}
	return unknown, nil
}

// setDefaults does what the API server does to a Pod before admission sees it, as far as a verdict depends on it: a
// volume that names no source is an emptyDir. (It also copies ports of a Pod on the host's network to hostPort. Such
// a Pod is refused for its network, and a port that nobody wrote is no second violation.)
func setDefaults(spec *corev1.PodSpec) {
	for i := range spec.Volumes {
		if spec.Volumes[i].VolumeSource == (corev1.VolumeSource{}) {
			spec.Volumes[i].EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
}
