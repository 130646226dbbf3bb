package cluster

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/yaml"
)

var (
	namespaces  = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	secrets     = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
	definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
)

// Secret is what matters of one to those that use it.
type Secret struct {
	Namespace, Name string
	// Exists is whether there is one.
	Exists              bool
	Type                string
	Data                map[string][]byte
	Labels, Annotations map[string]string
	Immutable           bool
}

// Objects are all of a kind, by namespace and name; of all namespaces, or of one.
func (c *Cluster) Objects(t testing.TB, kind schema.GroupVersionResource, namespace string) []unstructured.Unstructured {
	t.Helper()
	list, err := c.dynamic.Resource(kind).Namespace(namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// Object is one, and an error when there is none.
func (c *Cluster) Object(kind schema.GroupVersionResource, namespace, name string) (*unstructured.Unstructured, error) {
	return c.get(kind, namespace, name)
}

// Secret is the one of this name.
func (c *Cluster) Secret(t testing.TB, namespace, name string) Secret {
	t.Helper()
	object, err := c.get(secrets, namespace, name)
	if apierrors.IsNotFound(err) {
		return Secret{Namespace: namespace, Name: name}
	}
	if err != nil {
		t.Fatal(err)
	}
	return secretOf(t, object)
}

// Secrets are all, of all namespaces or of one.
func (c *Cluster) Secrets(t testing.TB, namespace string) []Secret {
	t.Helper()
	var all []Secret
	for _, object := range c.Objects(t, secrets, namespace) {
		all = append(all, secretOf(t, &object))
	}
	return all
}

// Namespace makes these, where they are not there.
func (c *Cluster) Namespace(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		object := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name},
		}}
		_, err := c.dynamic.Resource(namespaces).Create(context.Background(), object, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			t.Fatal(err)
		}
	}
}

// Create makes an object of this YAML.
func (c *Cluster) Create(t testing.TB, kind schema.GroupVersionResource, text string) {
	t.Helper()
	object := parse(t, []byte(text))
	_, err := c.dynamic.Resource(kind).Namespace(object.GetNamespace()).
		Create(context.Background(), object, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// Delete removes an object, and does not mind if there is none.
func (c *Cluster) Delete(t testing.TB, kind schema.GroupVersionResource, namespace, name string) {
	t.Helper()
	err := c.dynamic.Resource(kind).Namespace(namespace).Delete(context.Background(), name, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
}

func (c *Cluster) get(kind schema.GroupVersionResource, namespace, name string) (*unstructured.Unstructured, error) {
	return c.dynamic.Resource(kind).Namespace(namespace).Get(context.Background(), name, metav1.GetOptions{})
}

// Ready is whether the operator says of an object that it is, and what it says if not.
func Ready(object *unstructured.Unstructured) error {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, each := range conditions {
		condition, _ := each.(map[string]any)
		if condition["type"] == "Ready" {
			if condition["status"] == "True" {
				return nil
			}
			return fmt.Errorf("%s %s/%s: %v: %v",
				object.GetKind(), object.GetNamespace(), object.GetName(), condition["reason"], condition["message"])
		}
	}
	return fmt.Errorf("%s %s/%s: the operator has not said anything of it", object.GetKind(), object.GetNamespace(), object.GetName())
}

// AllReady is an error that says how many of the objects are not, and of some why.
func (c *Cluster) AllReady(t testing.TB, kind schema.GroupVersionResource) error {
	t.Helper()
	var troubles []error
	all := c.Objects(t, kind, "")
	for _, object := range all {
		if err := Ready(&object); err != nil {
			troubles = append(troubles, err)
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("there are no %s", kind.Resource)
	}
	if len(troubles) > 0 {
		return fmt.Errorf("%d of %d are not ready: %w", len(troubles), len(all), errors.Join(troubles[:min(5, len(troubles))]...))
	}
	return nil
}

// Losses watches all Secrets from now on, and says what was lost of them when it is asked: each that was deleted, and each key
// whose value became empty or went away, or that is wrong.
type Losses struct {
	cluster *Cluster
	stop    func()
	result  chan []string
}

// endOfWatch begins the name of the Secret by which a watch knows that it has seen all that came before.
const endOfWatch = "end-of-watch-"

// WatchLosses begins to watch. The judges say what is wrong with a Secret as it is after a change.
func (c *Cluster) WatchLosses(t testing.TB, judges ...func(now Secret) []string) *Losses {
	t.Helper()
	list, err := c.dynamic.Resource(secrets).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]Secret{}
	for _, object := range list.Items {
		secret := secretOf(t, &object)
		known[secret.Namespace+"/"+secret.Name] = secret
	}
	watching, err := c.dynamic.Resource(secrets).
		Watch(context.Background(), metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
	if err != nil {
		t.Fatal(err)
	}
	losses := &Losses{cluster: c, stop: watching.Stop, result: make(chan []string, 1)}
	t.Cleanup(watching.Stop)
	go func() {
		var lost []string
		for event := range watching.ResultChan() {
			object, ok := event.Object.(*unstructured.Unstructured)
			if !ok || event.Type == watch.Error {
				break
			}
			if strings.HasPrefix(object.GetName(), endOfWatch) {
				if event.Type == watch.Added {
					losses.result <- lost
					return
				}
				continue
			}
			now := secretOf(t, object)
			name := now.Namespace + "/" + now.Name
			if event.Type == watch.Deleted {
				lost = append(lost, name+" was deleted")
				delete(known, name)
				continue
			}
			for _, key := range slices.Sorted(maps.Keys(known[name].Data)) {
				if value, there := now.Data[key]; !there {
					lost = append(lost, fmt.Sprintf("%s lost its key %s", name, key))
				} else if len(value) == 0 && len(known[name].Data[key]) > 0 {
					lost = append(lost, fmt.Sprintf("key %s of %s became empty", key, name))
				}
			}
			for _, judge := range judges {
				lost = append(lost, judge(now)...)
			}
			known[name] = now
		}
		losses.result <- append(lost, "the watch ended by itself: what came after is not known")
	}()
	return losses
}

// Stop ends the watch and says what was lost until now.
func (l *Losses) Stop(t testing.TB) []string {
	t.Helper()
	defer l.stop()
	name := fmt.Sprintf("%s%d", endOfWatch, time.Now().UnixNano())
	l.cluster.Create(t, secrets, fmt.Sprintf("{ apiVersion: v1, kind: Secret, metadata: { name: %s, namespace: default } }", name))
	defer l.cluster.Delete(t, secrets, "default", name)
	select {
	case lost := <-l.result:
		return lost
	case <-time.After(time.Minute):
		t.Fatal("the watch of Secrets has not seen the last one within a minute")
		return nil
	}
}

func secretOf(t testing.TB, object *unstructured.Unstructured) Secret {
	t.Helper()
	secret := Secret{
		Namespace:   object.GetNamespace(),
		Name:        object.GetName(),
		Exists:      true,
		Data:        map[string][]byte{},
		Labels:      object.GetLabels(),
		Annotations: object.GetAnnotations(),
	}
	secret.Type, _, _ = unstructured.NestedString(object.Object, "type")
	secret.Immutable, _, _ = unstructured.NestedBool(object.Object, "immutable")
	data, _, _ := unstructured.NestedStringMap(object.Object, "data")
	for key, text := range data {
		value, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Errorf("%s/%s: %v", secret.Namespace, secret.Name, err)
		}
		secret.Data[key] = value
	}
	return secret
}

// Documents are the objects of a file of YAML.
func Documents(t testing.TB, file string) []*unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parseAll(t, text)
}

func parseAll(t testing.TB, text []byte) []*unstructured.Unstructured {
	t.Helper()
	var all []*unstructured.Unstructured
	for _, document := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n")) {
		if strings.TrimSpace(string(document)) != "" {
			if object := parse(t, document); len(object.Object) > 0 {
				all = append(all, object)
			}
		}
	}
	return all
}

func parse(t testing.TB, text []byte) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

func base64Of(text []byte) string { return base64.StdEncoding.EncodeToString(text) }
