package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// treeAnswer is a document as JSON.
type treeAnswer struct {
	Tree json.RawMessage `json:"tree"`
	// The text goes on after it. Helm and kubectl do not look at what follows, be it YAML or not.
	Followed bool `json:"followed,omitempty"`
}

// streamAnswer is what a text holds up to its end, or up to what cannot be read.
type streamAnswer struct {
	Trees []json.RawMessage `json:"trees"`
	Error string            `json:"error,omitempty"`
}

// tree reads one document as Helm and kubectl do.
func tree(text string) any {
	converted, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return failed(err)
	}
	return treeAnswer{Tree: converted, Followed: followed(text)}
}

// followed tells whether a text that starts with a document holds anything else.
func followed(text string) bool {
	decoder := goyaml.NewDecoder(strings.NewReader(text))
	var ignored any
	if err := decoder.Decode(&ignored); err != nil {
		return false
	}
	return !errors.Is(decoder.Decode(&ignored), io.EOF)
}

// trees splits a text into documents and reads each, as Helm and kubectl do with manifests; documents that hold
// nothing are left out.
func trees(text string) any {
	answer := streamAnswer{Trees: []json.RawMessage{}}
	decoder := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var document runtime.RawExtension
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return answer
		}
		if err != nil {
			answer.Error = err.Error()
			return answer
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) > 0 && !bytes.Equal(raw, []byte("null")) {
			answer.Trees = append(answer.Trees, raw)
		}
	}
}
