// Package accepted gives a real API server what the project writes.
package accepted

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"secretbridge.lab/cluster"
)

func TestTheAPIServerTakesWhatWeWriteForEachChartAndAddsNothing(t *testing.T) {
	written, definitions := os.Getenv("SECRETBRIDGE_LAB_WRITTEN"), os.Getenv("SECRETBRIDGE_LAB_DEFINITIONS")
	kinds := map[string]int{}
	for _, chart := range folders(t, written) {
		t.Run(chart, func(t *testing.T) {
			c := cluster.Empty(t)
			c.Define(t, filepath.Join(definitions, chart+".yaml"))
			others, err := filepath.Glob(filepath.Join(definitions, "others", "*.yaml"))
			if err != nil || len(others) == 0 {
				t.Fatalf("there are no definitions of others: %v", err)
			}
			for _, file := range others {
				c.Define(t, file)
			}
			for _, bundle := range bundles(t, filepath.Join(written, chart)) {
				t.Run(bundle.name, func(t *testing.T) { accepts(t, c, bundle, kinds) })
			}
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("%-24s %d", kind, kinds[kind])
	}
}

// bundle is what is applied at once.
type bundle struct {
	name    string
	objects []*unstructured.Unstructured
}

// bundles are the examples, each a folder of a folder, and the folders of what tests hold.
func bundles(t *testing.T, folder string) []bundle {
	t.Helper()
	objects := map[string][]*unstructured.Unstructured{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		parts := strings.Split(relative, string(filepath.Separator))
		name := strings.Join(parts[:min(2, len(parts)-1)], "/")
		for _, object := range cluster.Documents(t, path) {
			if isObject(object) {
				objects[name] = append(objects[name], object)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []bundle
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		all = append(all, distinct(name, objects[name])...)
	}
	if len(all) == 0 {
		t.Fatalf("there is nothing in %s", folder)
	}
	return all
}

// distinct makes as many bundles of objects as it takes for each to have every object once: what tests hold is not all for one
// cluster.
func distinct(name string, objects []*unstructured.Unstructured) []bundle {
	var all []bundle
	count := map[string]int{}
	for _, object := range objects {
		at := count[nameOf(object)]
		count[nameOf(object)]++
		if at == len(all) {
			all = append(all, bundle{name: name})
		}
		all[at].objects = append(all[at].objects, object)
	}
	return all
}

// isObject is whether it is for the API server, and not for a program that reads files.
func isObject(object *unstructured.Unstructured) bool {
	return object.GetKind() != "" && object.GetAPIVersion() != "" && object.GetName() != "" &&
		!strings.HasPrefix(object.GetAPIVersion(), "kustomize.config.k8s.io/")
}

// accepts applies a bundle twice, and insists that nothing is different from what was written, and nothing changes.
func accepts(t *testing.T, c *cluster.Cluster, bundle bundle, kinds map[string]int) {
	file := filepath.Join(t.TempDir(), "bundle.yaml")
	var text bytes.Buffer
	for _, object := range bundle.objects {
		if namespace := object.GetNamespace(); namespace != "" {
			c.Namespace(t, namespace)
		}
		document, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "---\n%s", document)
	}
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := c.Apply(t, file); strings.Contains(said, "Warning") {
		t.Errorf("kubectl warns:\n%s", said)
	}
	first := read(t, c, file)
	if len(first) != len(bundle.objects) {
		t.Fatalf("%d objects were written, %d are there", len(bundle.objects), len(first))
	}
	for i, written := range bundle.objects {
		kinds[written.GetKind()]++
		there := content(first[i])
		for _, difference := range differences("", written.Object, there, isOfKubernetes(written)) {
			t.Errorf("%s: %s", nameOf(written), difference)
		}
	}
	c.Apply(t, file)
	for i, object := range read(t, c, file) {
		if object.GetResourceVersion() != first[i].GetResourceVersion() {
			t.Errorf("%s: to apply it again is a change", nameOf(&object))
		}
	}
	c.Kubectl(t, "delete", "--wait=false", "--filename", file)
}

// read is what is there of the objects in a file, in their order.
func read(t *testing.T, c *cluster.Cluster, file string) []unstructured.Unstructured {
	t.Helper()
	// One object alone is not in a list.
	var list struct {
		Kind  string
		Items []map[string]any
	}
	text := []byte(c.Kubectl(t, "get", "--filename", file, "--output", "json", "--show-managed-fields=false"))
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	if list.Kind != "List" {
		var one map[string]any
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		list.Items = []map[string]any{one}
	}
	var objects []unstructured.Unstructured
	for _, item := range list.Items {
		objects = append(objects, unstructured.Unstructured{Object: item})
	}
	return objects
}

// content is an object without what only the server can know.
func content(whole unstructured.Unstructured) map[string]any {
	object := whole.DeepCopy()
	for _, field := range []string{"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(object.Object, "status")
	return object.Object
}

// isOfKubernetes is whether the server itself knows the kind. It fills in what was left open, and nobody minds.
func isOfKubernetes(object *unstructured.Unstructured) bool {
	group := object.GroupVersionKind().Group
	return object.GetKind() != "Secret" && (!strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io"))
}

// differences are between what was written and what is there; what was added counts unless the server may.
func differences(path string, written, there any, mayAdd bool) []string {
	switch written := written.(type) {
	case map[string]any:
		read, ok := there.(map[string]any)
		if !ok {
			return []string{path + " is no map any more"}
		}
		var all []string
		for _, key := range slices.Sorted(maps.Keys(written)) {
			value, ok := read[key]
			if !ok {
				all = append(all, path+"."+key+" is gone")
				continue
			}
			all = append(all, differences(path+"."+key, written[key], value, mayAdd)...)
		}
		for _, key := range slices.Sorted(maps.Keys(read)) {
			if _, ok := written[key]; !ok && !mayAdd {
				all = append(all, path+"."+key+" was added")
			}
		}
		return all
	case []any:
		read, ok := there.([]any)
		if !ok || len(read) != len(written) {
			return []string{path + " has another length"}
		}
		var all []string
		for i := range written {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), written[i], read[i], mayAdd)...)
		}
		return all
	default:
		if !reflect.DeepEqual(written, there) && fmt.Sprint(written) != fmt.Sprint(there) {
			return []string{path + " is another value"}
		}
		return nil
	}
}

func nameOf(object *unstructured.Unstructured) string {
	return fmt.Sprintf("%s %s/%s", object.GetKind(), object.GetNamespace(), object.GetName())
}

func folders(t *testing.T, parent string) []string {
	t.Helper()
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		if entry.IsDir() {
			all = append(all, entry.Name())
		}
	}
	return all
}
