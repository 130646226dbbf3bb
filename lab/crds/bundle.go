package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"secretbridge.lab/document"
)

// bundle is what a chart's resource definitions say, in the words of the API server.
type bundle struct {
	kinds  map[schema.GroupKind]*kind
	groups map[string]bool
}

type kind struct {
	namespaced bool
	storage    string
	versions   map[string]*version
}

type version struct {
	served     bool
	structural *structuralschema.Structural
	schema     validation.SchemaValidator
	rules      *schemacel.Validator
}

func readBundle(path string) (*bundle, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := &bundle{kinds: map[schema.GroupKind]*kind{}, groups: map[string]bool{}}
	for _, part := range document.Split(text) {
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(part, &definition); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if definition.Kind != "CustomResourceDefinition" {
			return nil, fmt.Errorf("%s: a %s among the resource definitions", path, definition.Kind)
		}
		if err := read.add(&definition); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, definition.Name, err)
		}
	}
	if len(read.kinds) == 0 {
		return nil, fmt.Errorf("%s: no resource definitions", path)
	}
	return read, nil
}

func (b *bundle) add(definition *apiextensionsv1.CustomResourceDefinition) error {
	added := &kind{
		namespaced: definition.Spec.Scope == apiextensionsv1.NamespaceScoped,
		versions:   map[string]*version{},
	}
	for _, declared := range definition.Spec.Versions {
		read, err := readVersion(&declared)
		if err != nil {
			return fmt.Errorf("%s: %w", declared.Name, err)
		}
		added.versions[declared.Name] = read
		if declared.Storage {
			added.storage = declared.Name
		}
	}
	b.groups[definition.Spec.Group] = true
	b.kinds[schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}] = added
	return nil
}

func readVersion(declared *apiextensionsv1.CustomResourceDefinitionVersion) (*version, error) {
	var internal apiextensions.CustomResourceValidation
	err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(declared.Schema, &internal, nil)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &version{
		served:     declared.Served,
		structural: structural,
		schema:     validator,
		rules:      schemacel.NewValidator(structural, true, celconfig.PerCallLimit),
	}, nil
}

// find gives the schema of a document, or why there is none.
func (b *bundle) find(gvk schema.GroupVersionKind) (*kind, *version, error) {
	kind := b.kinds[gvk.GroupKind()]
	if kind == nil {
		return nil, nil, fmt.Errorf("the chart has no kind %s in %s", gvk.Kind, gvk.Group)
	}
	found := kind.versions[gvk.Version]
	if found == nil || !found.served {
		return nil, nil, fmt.Errorf("the chart does not serve %s as %s; it serves %s", gvk.Kind, gvk.Version, kind.served())
	}
	return kind, found, nil
}

func (k *kind) served() string {
	var names []string
	for name, version := range k.versions {
		if version.served {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
