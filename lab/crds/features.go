package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// feature is a row of eso_contrib::Feature, and where the resource definitions show that a chart has it.
type feature struct {
	variant string
	first   string
	places  []place
}

// place is a kind, or a field of it, or what a field says: `=` a value that it may have, `default` the one that it gets, or that
// it is `optional`.
type place struct {
	kind     string
	field    []string
	value    string
	relation string
}

var (
	enumVariant = regexp.MustCompile(`(?m)^    ([A-Z][A-Za-z0-9]*),$`)
	tableRow    = regexp.MustCompile(`Self::([A-Z][A-Za-z0-9]*) =>\s*\{?\s*\(\s*"[^"]*",\s*\((\d+), (\d+), (\d+)\),?\s*\)`)
)

// readFeatures joins the table in the source of eso_contrib::Feature with the table of places. Each must have all of the other.
func readFeatures(source, table string) ([]feature, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	var features []feature
	for _, row := range tableRow.FindAllSubmatch(text, -1) {
		features = append(features, feature{variant: string(row[1]), first: fmt.Sprintf("%s.%s.%s", row[2], row[3], row[4])})
	}
	if declared := len(enumVariant.FindAllIndex(text, -1)); declared == 0 || declared != len(features) {
		return nil, fmt.Errorf("%s: %d variants but %d rows were found", source, declared, len(features))
	}
	rows, err := readTable(table, 2)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		index := slices.IndexFunc(features, func(f feature) bool { return f.variant == row[0] })
		if index < 0 {
			return nil, fmt.Errorf("%s: %s has no feature %s", table, source, row[0])
		}
		place, err := parsePlace(row[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		features[index].places = append(features[index].places, place)
	}
	for _, feature := range features {
		if len(feature.places) == 0 {
			return nil, fmt.Errorf("%s: no place for the feature %s of %s", table, feature.variant, source)
		}
	}
	return features, nil
}

// parsePlace reads `Kind`, `Kind field.of[].it`, `Kind field = value`, `Kind field default value` and `Kind field optional`.
func parsePlace(text string) (place, error) {
	words := strings.Fields(text)
	switch {
	case len(words) == 1:
		return place{kind: words[0]}, nil
	case len(words) == 2:
		return place{kind: words[0], field: strings.Split(words[1], ".")}, nil
	case len(words) == 3 && words[2] == "optional":
		return place{kind: words[0], field: strings.Split(words[1], "."), relation: words[2]}, nil
	case len(words) == 4 && (words[2] == "=" || words[2] == "default"):
		return place{kind: words[0], field: strings.Split(words[1], "."), relation: words[2], value: words[3]}, nil
	}
	return place{}, fmt.Errorf("%q is no place", text)
}

// contradictions says where the definitions of a chart and the table disagree.
func (f feature) contradictions(version string, definitions *bundle) []string {
	expected := semver.Compare("v"+version, "v"+f.first) >= 0
	var found []string
	for _, place := range f.places {
		if definitions.has(place) == expected {
			continue
		}
		says := "has"
		if expected {
			says = "does not have"
		}
		found = append(found, fmt.Sprintf("%s: chart %s %s %s, but the first chart is said to be %s", f.variant, version, says, place, f.first))
	}
	return found
}

func (p place) String() string {
	return strings.Join(strings.Fields(p.kind+" "+strings.Join(p.field, ".")+" "+p.relation+" "+p.value), " ")
}

func (b *bundle) has(p place) bool {
	for name, kind := range b.kinds {
		if name.Kind == p.kind {
			return p.isIn(kind.versions[kind.storage].structural)
		}
	}
	return false
}

func (p place) isIn(schema *structuralschema.Structural) bool {
	parent, name := schema, ""
	for _, segment := range p.field {
		if parent, name = schema, strings.TrimSuffix(segment, "[]"); parent == nil {
			return false
		}
		property, found := parent.Properties[name]
		if !found {
			return false
		}
		schema = &property
		if name != segment {
			schema = property.Items
		}
	}
	if schema == nil {
		return false
	}
	switch p.relation {
	case "optional":
		return parent.ValueValidation == nil || !slices.Contains(parent.ValueValidation.Required, name)
	case "default":
		return schema.Default.Object == p.value
	case "=":
		return schema.ValueValidation != nil && slices.ContainsFunc(schema.ValueValidation.Enum, func(value structuralschema.JSON) bool {
			return value.Object == p.value
		})
	}
	return true
}
