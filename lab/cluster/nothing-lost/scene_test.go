package nothinglost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"secretbridge.lab/cluster"
)

// namespace is where all Secrets are.
const namespace = "shop"

// patience is how long the operator waits for an answer: as its Vault client is told.
const patience = 2 * time.Second

// secretKind is how the API server knows Secrets.
var secretKind = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}

// settings are those of an instance whose operator has a token of its own, that the bridge has issued.
//
// The bridge remembers nothing for longer than a second: else it would answer from before for the whole of a trouble.
func settings(policy, mount string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `
bridge:
  cache: { ttl: 1s }
  token: { source: BRIDGE_TOKEN, overlap: 0s }
  tokens: { refresh: 1s }
  mounts: { %s: {} }
  policies:
    eso: %s
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: OPERATOR_TOKEN
secrets:
`, mount, policy)
	for _, each := range declarations() {
		fmt.Fprintf(&text, "  - { name: %s, namespace: %s, sync_mode: external-secrets, refresh_interval: 2s, %s }\n",
			each.name, namespace, each.text)
	}
	return text.String()
}

const (
	mayRead    = `[{ path: secret/data/apps/*, capabilities: [read] }, { path: secret/metadata/apps/*, capabilities: [list] }]`
	mayNothing = `[{ path: secret/*, capabilities: [deny] }]`
)

// initially is what all begins with.
var initially = settings(mayRead, "secret")

// declaration is of one ExternalSecret.
type declaration struct {
	// shape is how it says what is read.
	shape string
	// policy is what it says of what is gone.
	policy string
	name   string
	text   string
}

// merged is a shape whose Secret somebody else has made.
const merged = "merged"

// shapes are the ways to say what is read.
var shapes = map[string]string{
	"keys":    `data: { password: { key: apps/keys, property: password }, user: { key: apps/keys, property: user } }`,
	"extract": `data_from: [{ extract: { key: apps/extract } }]`,
	"find": `data_from: [{ find: { path: apps/find, name: { regexp: ".*" } }, ` +
		`rewrite: [{ regexp: { source: "apps/find/(.*)", target: "$1" } }] }]`,
	"template": `data: { password: { key: apps/template, property: password } }, ` +
		`template: { data: { dsn: "postgres://shop:{{ .password }}@db" } }`,
	merged: `creation_policy: Merge, data: { password: { key: apps/keys, property: password } }`,
}

// declarations are each shape with each policy. The operator may not delete what it does not own.
func declarations() []declaration {
	var all []declaration
	for _, shape := range slices.Sorted(maps.Keys(shapes)) {
		for _, policy := range []string{"Delete", "Merge", "Retain"} {
			if shape == merged && policy == "Delete" {
				continue
			}
			all = append(all, declaration{
				shape: shape, policy: policy,
				name: shape + "-" + strings.ToLower(policy),
				text: fmt.Sprintf("deletion_policy: %s, %s", policy, shapes[shape]),
			})
		}
	}
	return all
}

// stored is what the store has in a round: fields by path.
func stored(round int64) map[string]map[string]string {
	changing := func(what string) string { return fmt.Sprintf("%s of round %d", what, round) }
	return map[string]map[string]string{
		"apps/keys":     {"password": changing("the password"), "user": "shop"},
		"apps/extract":  {"token": changing("the token"), "url": "https://shop.example"},
		"apps/find/new": {"value": changing("the flag")},
		"apps/find/old": {"value": "always the same"},
		"apps/template": {"password": changing("the password in a template")},
	}
}

// wanted is what a Secret has in a round.
func (d declaration) wanted(round int64) map[string]string {
	all := stored(round)
	switch d.shape {
	case "keys":
		return all["apps/keys"]
	case "extract":
		return all["apps/extract"]
	case "find":
		whole := func(path string) string { return fmt.Sprintf(`{"value":%q}`, all[path]["value"]) }
		return map[string]string{"new": whole("apps/find/new"), "old": whole("apps/find/old")}
	case "template":
		return map[string]string{"dsn": "postgres://shop:" + all["apps/template"]["password"] + "@db"}
	default:
		return map[string]string{"own": "of somebody else", "password": all["apps/keys"]["password"]}
	}
}

// scene is a cluster in sync with a bridge.
type scene struct {
	// t is of the test that all troubles belong to: what one of them starts goes on in the next.
	t        *testing.T
	cluster  *cluster.Cluster
	instance *cluster.Instance
	bridge   *cluster.Process
	operator *cluster.Process
	// token is the operator's.
	token string
	// round is how often the store was changed.
	round atomic.Int64
}

func newScene(t *testing.T, c *cluster.Cluster) *scene {
	t.Helper()
	s := &scene{t: t, cluster: c, instance: cluster.NewInstance(t, c, initially)}
	s.mountAudit()
	for path, fields := range stored(0) {
		s.put(s.instance, path, fields)
	}
	s.bridge = s.instance.Serve(t)
	c.Namespace(t, namespace, "external-secrets-system")
	for _, each := range declarations() {
		if each.shape == merged {
			c.Create(t, secretKind, fmt.Sprintf("{ apiVersion: v1, kind: Secret, metadata: { name: %s, namespace: %s }, "+
				"stringData: { own: of somebody else } }", each.name, namespace))
		}
	}
	s.deliver(t, s.issue(t))
	c.OperatorEnvironment = []string{"VAULT_CLIENT_TIMEOUT=" + patience.String(), "VAULT_MAX_RETRIES=0"}
	// So that it does not take its store for not ready, and asks on.
	s.operator = s.startOperator("--store-requeue-interval=1h")
	s.inSync(t)
	return s
}

// startOperator runs one that looks at all at once, and that may ask the API server as often as it likes.
func (s *scene) startOperator(flag string) *cluster.Process {
	return s.cluster.StartOperator(s.t, "--concurrent=16", "--client-qps=200", "--client-burst=400", flag)
}

// mountAudit gives the audit log a file system of its own, which can be filled.
func (s *scene) mountAudit() {
	folder := s.audit("")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=32m,mode=0700"); err != nil {
		s.t.Fatalf("mounting a file system for the audit log: %v; lab/run gives the scenario a name space for it", err)
	}
	s.t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *scene) audit(name string) string { return filepath.Join(s.instance.Folder, "audit", name) }

func (s *scene) store(name string) string { return filepath.Join(s.instance.Folder, "store", name) }

// issue is a new token with the rights of the operator.
func (s *scene) issue(t *testing.T) string {
	t.Helper()
	made := s.instance.Write(t, http.MethodPost, "auth/token/create", map[string]any{"policies": []string{"eso"}, "ttl": "24h"})
	return made["client_token"].(string)
}

// deliver gives the operator this token, in the way of the product.
func (s *scene) deliver(t *testing.T, token string) {
	t.Helper()
	s.token = token
	s.instance.Put(t, "OPERATOR_TOKEN", "", []byte(token))
	s.instance.Deliver(t)
}

func (s *scene) put(instance *cluster.Instance, path string, fields map[string]string) {
	s.t.Helper()
	for field, value := range fields {
		instance.Put(s.t, path, field, []byte(value))
	}
}

// change begins a new round: a value of each path is another.
func (s *scene) change() {
	s.t.Helper()
	round := s.round.Add(1)
	before := stored(round - 1)
	for path, fields := range stored(round) {
		for field, value := range fields {
			if value != before[path][field] {
				s.instance.Put(s.t, path, field, []byte(value))
			}
		}
	}
}

// restart kills the bridge and starts it again.
func (s *scene) restart() {
	s.t.Helper()
	s.bridge.Kill()
	s.bridge = s.instance.Serve(s.t)
}

// wrong says which keys of a Secret have a value that is neither of this round nor of the one before.
func (s *scene) wrong(now cluster.Secret) []string {
	var wrong []string
	round := s.round.Load()
	for _, each := range declarations() {
		if each.name != now.Name || now.Namespace != namespace {
			continue
		}
		for key, value := range now.Data {
			if string(value) != each.wanted(round)[key] && string(value) != each.wanted(round - 1)[key] {
				wrong = append(wrong, fmt.Sprintf("key %s of %s is none of its values: %d bytes", key, now.Name, len(value)))
			}
		}
	}
	return wrong
}

// differs says in what a Secret is not what it has to be in this round.
func (s *scene) differs(t *testing.T, each declaration) error {
	secret := s.cluster.Secret(t, namespace, each.name)
	if !secret.Exists {
		return fmt.Errorf("%s is not there", each.name)
	}
	wanted := each.wanted(s.round.Load())
	if got, want := slices.Sorted(maps.Keys(secret.Data)), slices.Sorted(maps.Keys(wanted)); !slices.Equal(got, want) {
		return fmt.Errorf("%s has the keys %v, not %v", each.name, got, want)
	}
	for key, value := range wanted {
		if string(secret.Data[key]) != value {
			return fmt.Errorf("key %s of %s is not of round %d", key, each.name, s.round.Load())
		}
	}
	return nil
}

// inSync waits until all is as the store has it, and the operator says so.
func (s *scene) inSync(t *testing.T) {
	t.Helper()
	took := cluster.Eventually(t, 90*time.Second, "all is in sync", func() error {
		for _, each := range declarations() {
			if err := s.differs(t, each); err != nil {
				return err
			}
		}
		return s.cluster.AllReady(t, s.cluster.Operator.ExternalSecrets())
	})
	t.Logf("in sync after %v", took.Round(100*time.Millisecond))
}

// failures are how often the operator has failed with each ExternalSecret, for a reason with one of these words in it.
func (s *scene) failures(t *testing.T, since int, words []string) map[string]int {
	t.Helper()
	failures := map[string]int{}
	for line := range bytes.Lines([]byte(s.operator.Said(t)[since:])) {
		var said struct{ Msg, Controller, Namespace, Name, Error string }
		if json.Unmarshal(line, &said) != nil || said.Msg != "Reconciler error" || said.Controller != "externalsecret" {
			continue
		}
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(said.Error, word) }) {
			failures[said.Name]++
		}
	}
	return failures
}

// hasAsked waits until the operator has failed twice with each ExternalSecret, for a reason with one of these words in it.
func (s *scene) hasAsked(t *testing.T, since int, words []string) {
	t.Helper()
	took := cluster.Eventually(t, 40*time.Second, fmt.Sprintf("the operator fails with each, saying %q", words), func() error {
		failures := s.failures(t, since, words)
		for _, each := range declarations() {
			if failures[each.name] < 2 {
				return fmt.Errorf("with %s it has %d times; it has said:\n%s", each.name, failures[each.name], s.lastError(t, since))
			}
		}
		return nil
	})
	t.Logf("the operator had failed twice with each after %v", took.Round(100*time.Millisecond))
}

func (s *scene) lastError(t *testing.T, since int) string {
	said := s.operator.Said(t)[since:]
	if at := strings.LastIndex(said, `"error":`); at >= 0 {
		return said[at:min(len(said), at+500)]
	}
	return "nothing of an error"
}
