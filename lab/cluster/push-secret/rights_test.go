package pushsecret

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"secretbridge.lab/cluster"
)

// needed are the rights of an operator that pushes, by what they are for. It writes that a secret is its own before it writes the
// secret, so that to the engine nothing is new then: there is no `create` for data.
var needed = map[string][]string{
	"data":     {"read", "update", "delete"},
	"metadata": {"create", "read", "update", "delete"},
}

// row is what the operator cannot do without one of its rights.
type row struct {
	// endpoint and capability are the right that is missing; the first row has all.
	endpoint, capability string
	// denied is what it then cannot do.
	denied []string
	// half is what it does but cannot end well: what it says of that depends on when it is asked.
	half []string
	// left is whether what it is to remove stays in the store, and marked whether only what was noted of it does.
	left, marked bool
}

const (
	adds    = "add"
	changes = "change"
	removes = "remove"
)

var rows = []row{
	{},
	{endpoint: "data", capability: "read", denied: []string{adds, changes, removes}, left: true},
	{endpoint: "data", capability: "update", denied: []string{adds, changes}},
	{endpoint: "data", capability: "delete", denied: []string{removes}, left: true},
	{endpoint: "metadata", capability: "create", denied: []string{adds}},
	{endpoint: "metadata", capability: "read", denied: []string{changes, removes}, half: []string{adds}, left: true},
	{endpoint: "metadata", capability: "update", denied: []string{changes}},
	{endpoint: "metadata", capability: "delete", half: []string{removes}, marked: true},
}

// name is that of its policy, its store and its namespace.
func (r row) name() string {
	if r.endpoint == "" {
		return "with-all"
	}
	return "no-" + r.endpoint + "-" + r.capability
}

// rules are of its policy.
func (r row) rules() string {
	var text strings.Builder
	fmt.Fprintf(&text, "    %s:\n", r.name())
	for _, endpoint := range []string{"data", "metadata"} {
		capabilities := slices.Clone(needed[endpoint])
		if endpoint == r.endpoint {
			capabilities = slices.DeleteFunc(capabilities, func(each string) bool { return each == r.capability })
		}
		fmt.Fprintf(&text, "      - { path: secret/%s/cluster/*, capabilities: [%s] }\n", endpoint, strings.Join(capabilities, ", "))
	}
	return text.String()
}

// store is one in its namespace, with its token.
func (r row) store() string {
	return fmt.Sprintf(`        %[1]s:
          namespaces: [%[1]s]
          spec: { provider: { vault: { server: "{{bridge}}", path: secret, auth: { tokenSecretRef: { name: token, key: token } } } } }
`, r.name())
}

// pushes are three PushSecrets in its namespace, through its store.
func (r row) pushes() string {
	var text strings.Builder
	for _, what := range []string{adds, changes, removes} {
		fmt.Fprintf(&text, `        - kind: PushSecret
          metadata: { name: %[2]s, namespace: %[1]s }
          spec:
            refreshInterval: 1h
            secretStoreRefs: [{ kind: SecretStore, name: %[1]s }]
            deletionPolicy: Delete
            selector: { secret: { name: source } }
            data: [{ match: { secretKey: value, remoteRef: { remoteKey: cluster/%[1]s/%[2]s, property: value } } }]
`, r.name(), what)
	}
	return text.String()
}

func TestTheOperatorsTokenNeedsEachOfItsRights(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		policies, stores, resources, namespaces := "", "", "", []string{}
		for _, row := range rows {
			policies += row.rules()
			stores += row.store()
			resources += row.pushes()
			namespaces = append(namespaces, row.name())
		}
		w := begin(t, c, `
bridge:
  token: { source: BRIDGE_TOKEN }
  policies:
`+policies+`
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      stores:
`+stores+`
      resources:
`+resources, namespaces...)
		for _, row := range rows {
			w.prepare(t, row)
		}
		w.Deliver(t)
		c.StartOperator(t, flags...)

		for _, row := range rows {
			t.Run(row.name(), func(t *testing.T) {
				w.judge(t, row)
			})
		}
	})
}

// prepare gives a row its token, a Secret to push, and what is in the store before.
func (w *world) prepare(t *testing.T, r row) {
	t.Helper()
	token := w.Write(t, http.MethodPost, "auth/token/create", map[string]any{"policies": []string{r.name()}})
	w.secret(t, r.name(), "token", map[string]string{"token": token["client_token"].(string)})
	w.secret(t, r.name(), "source", map[string]string{"value": "pushed"})
	for what, value := range map[string]string{changes: "before", removes: "pushed"} {
		path := "cluster/" + r.name() + "/" + what
		w.Write(t, http.MethodPut, "secret/metadata/"+path, map[string]any{
			"custom_metadata": map[string]any{"managed-by": "external-secrets"},
		})
		w.Write(t, http.MethodPut, "secret/data/"+path, map[string]any{"data": map[string]any{"value": value}})
	}
}

func (w *world) judge(t *testing.T, r row) {
	t.Helper()
	outcome := map[string]error{}
	for _, what := range []string{adds, changes, removes} {
		outcome[what] = w.outcome(t, r.name(), what)
	}
	if outcome[removes] == nil {
		outcome[removes] = w.removal(t, r.name())
	}
	for what, err := range outcome {
		if !slices.Contains(r.half, what) && slices.Contains(r.denied, what) != (err != nil) {
			t.Errorf("%s: %v", what, err)
		}
	}
	value := map[string]string{adds: "pushed", changes: "pushed", removes: ""}
	if slices.Contains(r.denied, adds) {
		value[adds] = ""
	}
	if slices.Contains(r.denied, changes) {
		value[changes] = "before"
	}
	if r.left {
		value[removes] = "pushed"
	}
	for what, want := range value {
		status, read := w.Read(t, "secret/data/cluster/"+r.name()+"/"+what)
		fields, _ := read["data"].(map[string]any)
		got, _ := fields["value"].(string)
		if got != want || (want == "") != (status == http.StatusNotFound) {
			t.Errorf("%s: the store has %q and not %q: %d", what, got, want, status)
		}
	}
	if status, _ := w.Read(t, "secret/metadata/cluster/"+r.name()+"/"+removes); (status == http.StatusOK) != (r.left || r.marked) {
		t.Errorf("the metadata of what is to be removed: %d", status)
	}
}

// outcome waits until the operator has tried, and is an error where the bridge has denied it.
func (w *world) outcome(t *testing.T, namespace, name string) (denied error) {
	t.Helper()
	cluster.Eventually(t, patience, name+" is tried", func() error {
		object, err := w.push(namespace, name)
		if err != nil {
			return err
		}
		denied = cluster.Ready(object)
		if denied != nil && !isDenied(denied) {
			return denied
		}
		return nil
	})
	return denied
}

// removal deletes what is to be removed, and is an error where the bridge has denied that.
func (w *world) removal(t *testing.T, namespace string) (denied error) {
	t.Helper()
	w.cluster.Delete(t, w.cluster.Operator.PushSecrets(), namespace, removes)
	cluster.Eventually(t, patience, "the removal is tried", func() error {
		object, err := w.push(namespace, removes)
		if apierrors.IsNotFound(err) {
			denied = nil
			return nil
		}
		if err != nil {
			return err
		}
		if denied = cluster.Ready(object); isDenied(denied) {
			return nil
		}
		return errors.Join(errors.New("it is there still"), denied)
	})
	return denied
}

func isDenied(err error) bool {
	return err != nil && strings.Contains(err.Error(), "permission denied")
}
