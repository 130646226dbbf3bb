package main

import (
	"context"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"secretbridge.lab/document"
)

const byDefault = ", by the defaults of the schema"

func isDefault(problem string) bool {
	return strings.HasSuffix(problem, byDefault)
}

// check gives everything for which an API server with the chart's resource definitions would refuse the object under strict
// field validation, and every field that it would store in another way than it is written. An object of a group that the
// chart does not have is not judged.
func (b *bundle) check(object map[string]any) (judged bool, problems []string) {
	gvk := (&unstructured.Unstructured{Object: object}).GroupVersionKind()
	if !b.groups[gvk.Group] {
		return false, nil
	}
	kind, version, err := b.find(gvk)
	if err != nil {
		return true, []string{"apiVersion: " + err.Error()}
	}
	problems = append(problems, checkMetadata(object, kind.namespaced)...)

	stored := runtime.DeepCopyJSON(object)
	unknown := pruning.PruneWithOptions(stored, version.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		problems = append(problems, path+": unknown field")
	}
	written := runtime.DeepCopyJSON(stored)
	defaulting.PruneNonNullableNullsWithoutDefaults(stored, version.structural)
	defaulting.Default(stored, version.structural)
	for _, change := range changes("", written, stored) {
		problems = append(problems, change+byDefault)
	}

	var errors field.ErrorList
	errors = append(errors, validation.ValidateCustomResource(nil, stored, version.schema)...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, version.structural, stored)...)
	if version.rules != nil {
		broken, _ := version.rules.Validate(context.Background(), nil, version.structural, stored, nil, celconfig.RuntimeCELCostBudget)
		errors = append(errors, broken...)
	}
	for _, err := range errors {
		problems = append(problems, err.Error())
	}
	return true, problems
}

// objectOf is a document in the form that the API server's code works on, in which whole numbers are whole.
func objectOf(d document.Document) (map[string]any, error) {
	var object map[string]any
	return object, json.Unmarshal(d.JSON, &object)
}

func checkMetadata(object map[string]any, namespaced bool) []string {
	var problems []string
	metadata, _, unknown, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return []string{err.Error()}
	}
	for _, path := range unknown {
		problems = append(problems, path+": unknown field")
	}
	if metadata == nil {
		return append(problems, "metadata: missing")
	}
	path := field.NewPath("metadata")
	for _, err := range apivalidation.ValidateObjectMeta(metadata, namespaced, apivalidation.NameIsDNSSubdomain, path) {
		problems = append(problems, err.Error())
	}
	return problems
}
