// Command schemas writes one strict JSON schema for each kind of an OpenAPI v2 document of Kubernetes.
//
//	schemas SWAGGER OUTDIR
//
// A file holds the definitions that its kind reaches, and refers to them instead of repeating each wherever it is used:
// smaller, and sooner read, than schemas without references.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	definitions = "#/definitions/"
	meta        = "io.k8s.apimachinery.pkg."
	quantity    = meta + "api.resource.Quantity"
	intOrString = meta + "util.intstr.IntOrString"
)

type object = map[string]any

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: schemas SWAGGER OUTDIR"))
	}
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	var document struct{ Definitions map[string]object }
	fail(json.Unmarshal(text, &document))
	fail(os.MkdirAll(os.Args[2], 0o755))
	for name, definition := range document.Definitions {
		strict(name, definition)
	}
	for name, definition := range document.Definitions {
		for _, file := range files(definition) {
			fail(write(filepath.Join(os.Args[2], file), name, document.Definitions))
		}
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "schemas:", err)
		os.Exit(1)
	}
}

// strict refuses unknown fields, and says what the document leaves to formats.
func strict(name string, definition object) {
	switch name {
	case quantity:
		definition["type"] = []string{"string", "number", "null"}
	case intOrString:
		delete(definition, "format")
		definition["type"] = []string{"string", "integer", "null"}
	default:
		nullable(definition)
	}
	if properties, ok := definition["properties"].(object); ok {
		definition["additionalProperties"] = false
		required, _ := definition["required"].([]any)
		for field, property := range properties {
			if !slices.Contains(required, any(field)) {
				nullable(property.(object))
			}
		}
	}
	bare(definition)
}

// nullable lets a value be null, which Kubernetes reads as absent. Of a definition it does so wherever that is referred
// to, required or not: alternatives for each reference would take time.
func nullable(value object) {
	if kind, ok := value["type"].(string); ok {
		value["type"] = []string{kind, "null"}
	}
}

// bare leaves out what says nothing about values.
func bare(of object) {
	for key, value := range of {
		inner, isObject := value.(object)
		switch {
		case key == "properties" && isObject:
			for _, property := range inner {
				bare(property.(object))
			}
		case key == "description" || key == "default":
			delete(of, key)
		case isObject:
			bare(inner)
		}
	}
}

// files has a name for each kind of a definition, as kubeconform writes them: deployment-apps-v1.json.
func files(definition object) []string {
	var names []string
	kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
	for _, one := range kinds {
		kind := one.(object)
		words := []string{kind["kind"].(string), kind["version"].(string)}
		if group, _, _ := strings.Cut(kind["group"].(string), "."); group != "" {
			words = slices.Insert(words, 1, group)
		}
		names = append(names, strings.ToLower(strings.Join(words, "-"))+".json")
	}
	return names
}

func write(file, name string, all map[string]object) error {
	reached := map[string]object{}
	reach(object{"$ref": definitions + name}, all, reached)
	text, err := json.Marshal(object{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"$ref":        definitions + name,
		"definitions": reached,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// reach collects what a value refers to, directly or not.
func reach(value any, all, reached map[string]object) {
	switch value := value.(type) {
	case object:
		if reference, ok := value["$ref"].(string); ok {
			name := strings.TrimPrefix(reference, definitions)
			if _, known := reached[name]; !known {
				reached[name] = all[name]
				reach(all[name], all, reached)
			}
		}
		for _, inner := range value {
			reach(inner, all, reached)
		}
	case []any:
		for _, inner := range value {
			reach(inner, all, reached)
		}
	}
}
