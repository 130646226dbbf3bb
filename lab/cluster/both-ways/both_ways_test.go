// Package bothways delivers each declaration of a corpus by value and by reference, and compares what the cluster has then.
package bothways

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"secretbridge.lab/cluster"
)

const (
	byValue     = "build-time"
	byReference = "external-secrets"
)

// least is how many manifests there must be for each operator.
const least = 50

// patience is how long the operator may take for the whole corpus.
const patience = 2 * time.Minute

// settings are the same for both ways.
const settings = `
bridge:
  token: { source: BRIDGE_TOKEN }
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: BRIDGE_TOKEN
`

// theirs are the labels and annotations that belong to whoever delivers a Secret, by the way that it came. All others must be
// the same.
var theirs = map[string][]string{
	byValue: {
		"secretbridge.dev/source", // where the values come from
	},
	byReference: {
		"reconcile.external-secrets.io/created-by", // a hash of the ExternalSecret's name
		"reconcile.external-secrets.io/managed",
		"reconcile.external-secrets.io/data-hash",
	},
}

var secrets = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}

func TestOneDeclarationIsTheSameSecretByValueAndByReference(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		cases := read(t, "corpus", c.Operator)
		instance := cluster.NewInstance(t, c, settings)
		fill(t, instance, cases)
		c.Namespace(t, "external-secrets-system")
		for _, target := range targets(cases) {
			c.Namespace(t, target.namespace)
		}

		deliver(t, c, instance, cases, byValue)
		valued := found(t, c, cases)
		for _, target := range targets(cases) {
			c.Delete(t, secrets, target.namespace, target.name)
		}

		deliver(t, c, instance, cases, byReference)
		c.StartOperator(t)
		reasons := settle(t, c, cases)
		referred := found(t, c, cases)

		equal := 0
		for _, each := range cases {
			differences := each.differences(valued, referred, reasons)
			for _, difference := range differences {
				t.Errorf("%s: %s", each.Case, difference)
			}
			if len(differences) == 0 && !each.Unready {
				equal += len(each.Manifests)
			}
		}
		if equal < least {
			t.Errorf("%d manifests are less than %d", equal, least)
		}
		t.Logf("%d manifests are equal both ways with operator %s", equal, c.Operator.Version)
	})
}

func TestWhatCannotBeTheSameSecretBothWaysIsRefusedByTheBuild(t *testing.T) {
	for _, operator := range cluster.Operators(t) {
		t.Run(operator.Version, func(t *testing.T) {
			cases := read(t, "refused", operator)
			// No cluster is asked.
			instance := cluster.NewInstance(t, &cluster.Cluster{Operator: operator}, settings)
			fill(t, instance, cases)
			for _, each := range cases {
				t.Run(each.Case, func(t *testing.T) { each.isRefused(t, instance) })
			}
		})
	}
}

func (c *Case) isRefused(t *testing.T, instance *cluster.Instance) {
	mode := c.SyncMode
	if mode == "" {
		mode = byValue
	}
	if len(c.Says) == 0 {
		t.Fatal("it is not said what the build says")
	}
	if err := os.RemoveAll(filepath.Join(instance.Folder, "out")); err != nil {
		t.Fatal(err)
	}
	instance.Configure(t, settings+declared(t, []Case{*c}, mode))
	err := instance.TryBuild(t)
	if err == nil {
		t.Fatal("the build takes it")
	}
	// It wraps its lines, with a bar in front of them.
	said := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "│", " ")), " ")
	for _, text := range c.Says {
		if !strings.Contains(said, text) {
			t.Errorf("the build does not say %q:\n%v", text, err)
		}
	}
	if _, err := os.Stat(filepath.Join(instance.Folder, "out", "k8s", "secrets.yaml")); err == nil {
		t.Error("the build has written Secrets")
	}
}

// deliver makes what is there before, and then has the cluster take the manifests.
func deliver(t *testing.T, c *cluster.Cluster, instance *cluster.Instance, cases []Case, mode string) {
	t.Helper()
	for _, each := range cases {
		for _, existing := range each.Existing {
			text, err := yaml.Marshal(existing)
			if err != nil {
				t.Fatal(err)
			}
			c.Create(t, secrets, string(text))
		}
	}
	instance.Configure(t, settings+declared(t, cases, mode))
	instance.Deliver(t)
}

// settle waits until the operator says of all its ExternalSecrets that they are ready, or that they are not where that is right,
// or for as long as there is patience. It returns what the operator says of those that are not.
func settle(t *testing.T, c *cluster.Cluster, cases []Case) map[Target]error {
	t.Helper()
	var unready []Target
	for _, each := range cases {
		if each.Unready {
			unready = append(unready, each.targets()...)
		}
	}
	for started := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		reasons, waiting := map[Target]error{}, false
		for _, object := range c.Objects(t, c.Operator.ExternalSecrets(), "") {
			target := Target{object.GetNamespace(), object.GetName()}
			err := cluster.Ready(&object)
			if err != nil {
				reasons[target] = err
			}
			if slices.Contains(unready, target) {
				waiting = waiting || err == nil || !strings.Contains(err.Error(), "SecretSyncedError")
			} else {
				waiting = waiting || err != nil
			}
		}
		if !waiting || time.Since(started) > patience {
			return reasons
		}
	}
}

// found are the Secrets that the cluster has of those that the cases declare.
func found(t *testing.T, c *cluster.Cluster, cases []Case) map[Target]cluster.Secret {
	t.Helper()
	all := map[Target]cluster.Secret{}
	for _, target := range targets(cases) {
		all[target] = c.Secret(t, target.namespace, target.name)
	}
	return all
}

// differences are all that there are between the Secrets of one case by value and by reference. No value is shown.
func (c *Case) differences(valued, referred map[Target]cluster.Secret, reasons map[Target]error) []string {
	var all []string
	differ := func(target Target, format string, arguments ...any) {
		all = append(all, fmt.Sprintf("%s/%s: ", target.namespace, target.name)+fmt.Sprintf(format, arguments...))
	}
	for _, target := range c.targets() {
		value, reference := valued[target], referred[target]
		if !value.Exists {
			differ(target, "there is none by value")
		}
		if c.Unready {
			if reference.Exists || reasons[target] == nil {
				differ(target, "there is one by reference")
			}
			continue
		}
		if reason := reasons[target]; reason != nil {
			differ(target, "it is not ready by reference: %v", reason)
		} else if !reference.Exists {
			differ(target, "there is none by reference")
		}
		if !value.Exists || !reference.Exists {
			continue
		}
		if value.Type != reference.Type {
			differ(target, "type %s by value, %s by reference", value.Type, reference.Type)
		}
		if value.Immutable != reference.Immutable {
			differ(target, "immutable is %v by value, %v by reference", value.Immutable, reference.Immutable)
		}
		for _, key := range c.ByChance {
			if len(value.Data[key]) != len(reference.Data[key]) {
				differ(target, "key %s: %d bytes by value, %d by reference", key, len(value.Data[key]), len(reference.Data[key]))
			}
			delete(value.Data, key)
			delete(reference.Data, key)
		}
		for _, difference := range differing(value.Data, reference.Data) {
			differ(target, "key %s", difference)
		}
		for _, difference := range differing(ours(value.Labels, byValue), ours(reference.Labels, byReference)) {
			differ(target, "label %s", difference)
		}
		for _, difference := range differing(ours(value.Annotations, byValue), ours(reference.Annotations, byReference)) {
			differ(target, "annotation %s", difference)
		}
	}
	target := c.targets()[0]
	for key, wanted := range c.Gives {
		if got, there := valued[target].Data[key]; !there || !bytes.Equal(got, wanted.bytes) {
			differ(target, "key %s: %s is wanted, %s by value", key, digest(wanted.bytes, true), digest(got, there))
		}
	}
	return all
}

// differing says of each name whose value is another one, or is in one of the two only, what is there.
func differing(value, reference map[string][]byte) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(value)), maps.Keys(reference))
	slices.Sort(names)
	var all []string
	for _, name := range slices.Compact(names) {
		one, isOne := value[name]
		other, isOther := reference[name]
		if isOne != isOther || !bytes.Equal(one, other) {
			all = append(all, fmt.Sprintf("%s: %s by value, %s by reference", name, digest(one, isOne), digest(other, isOther)))
		}
	}
	return all
}

func digest(value []byte, there bool) string {
	if !there {
		return "none"
	}
	return fmt.Sprintf("%d bytes (SHA-256 %x)", len(value), sha256.Sum256(value))
}

// ours are the labels or annotations but for those of who delivers in that way.
func ours(all map[string]string, mode string) map[string][]byte {
	left := map[string][]byte{}
	for name, value := range all {
		if !slices.Contains(theirs[mode], name) {
			left[name] = []byte(value)
		}
	}
	return left
}

func targets(cases []Case) []Target {
	var all []Target
	for _, each := range cases {
		all = append(all, each.targets()...)
	}
	return all
}
