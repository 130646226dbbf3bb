package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Operator is a release of the External Secrets Operator.
type Operator struct {
	// Version is that of its chart: `0.20.4`.
	Version string
	// API is the version that its bundle is written in.
	API string

	// liveness is whether it has a port for that, and a flag.
	liveness bool
}

// The releases that the lab has built.
var (
	Older = Operator{Version: "0.10.4", API: "v1beta1"}
	Newer = Operator{Version: "0.20.4", API: "v1", liveness: true}
)

// Operators are those that SECRETBRIDGE_LAB_OPERATORS names, or all.
func Operators(t testing.TB) []Operator {
	t.Helper()
	all := []Operator{Older, Newer}
	named := strings.Fields(os.Getenv("SECRETBRIDGE_LAB_OPERATORS"))
	if len(named) == 0 {
		return all
	}
	var wanted []Operator
	for _, operator := range all {
		for _, name := range named {
			if name == operator.Version {
				wanted = append(wanted, operator)
			}
		}
	}
	if len(wanted) != len(named) {
		t.Fatalf("SECRETBRIDGE_LAB_OPERATORS: there are %v", all)
	}
	return wanted
}

// EachOperator runs a test for each release, on a cluster of its own that has its definitions.
func EachOperator(t *testing.T, test func(t *testing.T, cluster *Cluster)) {
	t.Helper()
	for _, operator := range Operators(t) {
		t.Run(operator.Version, func(t *testing.T) { test(t, Start(t, operator)) })
	}
}

// ExternalSecrets is how the API server knows them.
func (o Operator) ExternalSecrets() schema.GroupVersionResource {
	return o.kind(o.API, "externalsecrets")
}

// SecretStores is how the API server knows them.
func (o Operator) SecretStores() schema.GroupVersionResource { return o.kind(o.API, "secretstores") }

// ClusterSecretStores is how the API server knows them.
func (o Operator) ClusterSecretStores() schema.GroupVersionResource {
	return o.kind(o.API, "clustersecretstores")
}

// PushSecrets is how the API server knows them.
func (o Operator) PushSecrets() schema.GroupVersionResource { return o.kind("v1alpha1", "pushsecrets") }

func (o Operator) kind(version, resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "external-secrets.io", Version: version, Resource: resource}
}

// StartOperator runs the operator of this cluster, with flags beside those that it needs.
func (c *Cluster) StartOperator(t testing.TB, flags ...string) *Process {
	t.Helper()
	arguments := []string{
		"--metrics-addr=127.0.0.1:0",
		"--loglevel=info",
		"--zap-time-encoding=iso8601",
		"--concurrent=5",
	}
	if c.Operator.liveness {
		arguments = append(arguments, fmt.Sprintf("--live-addr=127.0.0.1:%d", FreePort(t)))
	}
	command := exec.CommandContext(context.Background(),
		program(t, "operator-"+c.Operator.Version), append(arguments, flags...)...)
	command.Env = append(c.Environment(), c.OperatorEnvironment...)
	return run(t, "operator", command)
}

// Settled waits until the operator says of all its ExternalSecrets that they are ready, and returns how long that took.
func (c *Cluster) Settled(t testing.TB, within time.Duration) time.Duration {
	t.Helper()
	return Eventually(t, within, "all ExternalSecrets are ready", func() error {
		return c.AllReady(t, c.Operator.ExternalSecrets())
	})
}

// define gives the API server the definitions of a release.
func (c *Cluster) define(t testing.TB, operator Operator) {
	t.Helper()
	c.Define(t, operator.definitions(t))
}

// Definitions is the file with the definitions of the cluster's operator.
func (c *Cluster) Definitions(t testing.TB) string { return c.Operator.definitions(t) }

func (o Operator) definitions(t testing.TB) string {
	return filepath.Join(program(t, "definitions"), o.Version+".yaml")
}

// Define gives the API server the definitions in a file of YAML, or those of another release, and waits until it serves them.
func (c *Cluster) Define(t testing.TB, file string) {
	t.Helper()
	for _, definition := range Documents(t, file) {
		// There is no webhook that would convert; each release of the lab has one version only, or two that are alike.
		unstructured.RemoveNestedField(definition.Object, "spec", "conversion")
		unstructured.RemoveNestedField(definition.Object, "status")
		definition.SetLabels(nil) // in a chart they are templates
		_, err := c.dynamic.Resource(definitions).
			Apply(context.Background(), definition.GetName(), definition, metav1.ApplyOptions{FieldManager: "lab", Force: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	Eventually(t, time.Minute, "the definitions are established", func() error {
		for _, definition := range c.Objects(t, definitions, "") {
			if !established(&definition) {
				return errors.New(definition.GetName())
			}
		}
		return nil
	})
}

// StoredAgain has all objects of the operator stored in the version that is stored now, and says so in the definitions: what the
// operator's documentation asks for before a version goes away.
func (c *Cluster) StoredAgain(t testing.TB) {
	t.Helper()
	for _, definition := range c.Objects(t, definitions, "") {
		spec := definition.Object["spec"].(map[string]any)
		var stored string
		for _, each := range spec["versions"].([]any) {
			if version := each.(map[string]any); version["storage"] == true {
				stored = version["name"].(string)
			}
		}
		names := spec["names"].(map[string]any)
		kind := schema.GroupVersionResource{Group: spec["group"].(string), Version: stored, Resource: names["plural"].(string)}
		for _, object := range c.Objects(t, kind, "") {
			_, err := c.dynamic.Resource(kind).Namespace(object.GetNamespace()).
				Update(context.Background(), &object, metav1.UpdateOptions{})
			if err != nil {
				t.Fatal(err)
			}
		}
		definition.Object["status"].(map[string]any)["storedVersions"] = []any{stored}
		_, err := c.dynamic.Resource(definitions).UpdateStatus(context.Background(), &definition, metav1.UpdateOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func established(definition *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(definition.Object, "status", "conditions")
	for _, each := range conditions {
		condition, _ := each.(map[string]any)
		if condition["type"] == "Established" && condition["status"] == "True" {
			return true
		}
	}
	return false
}
