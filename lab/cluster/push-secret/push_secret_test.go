// Package pushsecret takes Secrets of a cluster into an age store, through the bridge.
package pushsecret

import (
	"net/http"
	"strings"
	"testing"

	"secretbridge.lab/cluster"
)

// settings are of an instance whose operator may do below cluster/ what it has to, as rights_test.go shows, and nothing elsewhere.
const settings = `
bridge:
  token: { source: BRIDGE_TOKEN, policies: [operator] }
  policies:
    operator:
      - { path: secret/data/cluster/*, capabilities: [read, update, delete] }
      - { path: secret/metadata/cluster/*, capabilities: [create, read, update, delete] }
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: BRIDGE_TOKEN
      resources:
`

// everyByte is a value that is no text.
var everyByte = func() []byte {
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
	}
	return all
}()

// sources are the Secrets that are pushed.
var sources = map[string]map[string]string{
	"plain":   {"password": "hunter2\n"},
	"whole":   {"user": "ada", "password": "correct horse", "tls.crt": "-----BEGIN\nEND-----\n", "empty": ""},
	"several": {"user": "ada", "password": "battery", "port": "5432", "not-pushed": "stays in the cluster"},
	"text": {
		"letters": "пароль 🔑 日本語 é é \u2028 \ufeff",
		"marks":   "\"quoted\" 'single' \\ back \t tab \r\n\n <b>&amp;</b> {{ .x }} $HOME %41 \x00 \x7f",
		"spaces":  "  \n two before, two behind  ",
		"yaml":    "yes",
		"number":  "0o17",
		"object":  `{"not":["taken","apart"]}`,
	},
	"json":   {"document": `{"user":"ada","password":"from JSON"}`},
	"binary": {"key": string(everyByte)},
	"large":  {"blob": strings.Repeat("0123456789abcdef", 45_000)},
}

const pushes = `
        - kind: PushSecret
          metadata: { name: plain, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: plain } }
            data:
              - match: { secretKey: password, remoteRef: { remoteKey: cluster/plain, property: value } }
        - kind: PushSecret
          metadata: { name: whole, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: whole } }
            data:
              - match: { remoteRef: { remoteKey: cluster/whole } }
        - kind: PushSecret
          metadata: { name: several, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: several } }
            data:
              - match: { secretKey: user, remoteRef: { remoteKey: cluster/several, property: username } }
              - match: { secretKey: password, remoteRef: { remoteKey: cluster/several, property: secret } }
              - match: { secretKey: port, remoteRef: { remoteKey: cluster/several, property: port } }
        - kind: PushSecret
          metadata: { name: text, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: text } }
            data:
              - match: { remoteRef: { remoteKey: cluster/text } }
        - kind: PushSecret # without a property: what the key holds are the fields
          metadata: { name: json, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: json } }
            data:
              - match: { secretKey: document, remoteRef: { remoteKey: cluster/json } }
        - kind: PushSecret # the protocol has only text
          metadata: { name: binary, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: binary } }
            template: { data: { encoded: "{{ .key | b64enc }}" } }
            data:
              - match: { secretKey: encoded, remoteRef: { remoteKey: cluster/binary, property: key } }
        - kind: PushSecret
          metadata: { name: large, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            selector: { secret: { name: large } }
            data:
              - match: { secretKey: blob, remoteRef: { remoteKey: cluster/large, property: blob } }
`

// andBack are ExternalSecrets of what was pushed.
const andBack = `
secrets:
  - name: plain
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data: { password: cluster/plain }
  - name: whole
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data_from: [{ extract: { key: cluster/whole } }]
  - name: several
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data:
      user: { key: cluster/several, property: username }
      password: { key: cluster/several, property: secret }
      port: { key: cluster/several, property: port }
  - name: text
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data_from: [{ extract: { key: cluster/text } }]
  - name: json
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data_from: [{ extract: { key: cluster/json } }]
  - name: binary
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data: { key: { key: cluster/binary, property: key, decoding_strategy: Base64 } }
  - name: large
    namespace: back
    sync_mode: external-secrets
    refresh_interval: 1s
    data: { blob: { key: cluster/large, property: blob } }
`

func TestWhatIsPushedIsInTheStoreAndIsDeliveredBack(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		w := begin(t, c, settings+pushes+andBack, "back")
		for name, data := range sources {
			w.secret(t, "shop", name, data)
		}
		w.Deliver(t)
		c.StartOperator(t, flags...)
		for name := range sources {
			w.pushed(t, name)
		}

		several, whole := sources["several"], sources["whole"]
		w.stores(t, "cluster/plain", map[string]string{"value": sources["plain"]["password"]})
		w.stores(t, "cluster/whole", whole)
		w.stores(t, "cluster/several",
			map[string]string{"username": several["user"], "secret": several["password"], "port": several["port"]})
		w.stores(t, "cluster/text", sources["text"])
		w.stores(t, "cluster/json", map[string]string{"user": "ada", "password": "from JSON"})
		w.stores(t, "cluster/binary", map[string]string{"key": base64Of(everyByte)})
		w.stores(t, "cluster/large", sources["large"])

		same(t, "what age finds in cluster/plain",
			map[string]string{"value": string(w.opened(t, "cluster/plain.age"))},
			map[string]string{"value": sources["plain"]["password"]})
		same(t, "what age finds in cluster/whole", fields(t, w.opened(t, "cluster/whole.yaml.age")), whole)
		same(t, "what age finds in cluster/text", fields(t, w.opened(t, "cluster/text.yaml.age")), sources["text"])

		back := map[string]map[string]string{
			"plain":   sources["plain"],
			"whole":   whole,
			"several": {"user": several["user"], "password": several["password"], "port": several["port"]},
			"text":    sources["text"],
			"json":    {"user": "ada", "password": "from JSON"},
			"binary":  sources["binary"],
			"large":   sources["large"],
		}
		for name, data := range back {
			w.delivers(t, "back", name, data)
		}

		w.secret(t, "shop", "several", map[string]string{"user": "grace", "password": "staple", "port": "5432"})
		w.delivers(t, "back", "several", map[string]string{"user": "grace", "password": "staple", "port": "5432"})
	})
}

// The operator makes text of what it pushes, before the bridge is asked. This is why binary has a template above.
func TestBytesThatAreNoTextAreLostInTheOperatorUnlessTheyAreEncoded(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		w := begin(t, c, settings+pushOf("raw", "None", "Replace", "cluster/raw", "key"))
		w.secret(t, "shop", "raw", map[string]string{"key": "a\xffb\xc3"})
		w.Deliver(t)
		c.StartOperator(t, flags...)
		w.pushed(t, "raw")
		w.stores(t, "cluster/raw", map[string]string{"key": "a\ufffdb\ufffd"})
	})
}

const toNarrow = `
        - kind: PushSecret
          metadata: { name: narrowed, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            deletionPolicy: Delete
            selector: { secret: { name: narrowed } }
            data:
              - match: { secretKey: one, remoteRef: { remoteKey: cluster/narrowed, property: one } }
`

const wide = `
              - match: { secretKey: two, remoteRef: { remoteKey: cluster/narrowed, property: two } }
`

func TestAChangeArrivesAndADeletionTakesAwayWhatItSays(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		lasting := settings +
			pushOf("kept", "None", "Replace", "cluster/kept", "password") +
			pushOf("gone", "Delete", "Replace", "cluster/gone", "password") +
			pushOf("once", "None", "IfNotExists", "cluster/once", "password") +
			pushOf("user", "Delete", "Replace", "cluster/shared", "user") +
			pushOf("pass", "Delete", "Replace", "cluster/shared", "pass") +
			toNarrow
		w := begin(t, c, lasting+wide)
		both := map[string]string{"one": "1", "two": "2"}
		for _, name := range []string{"kept", "gone", "once"} {
			w.secret(t, "shop", name, map[string]string{"password": "first"})
		}
		w.secret(t, "shop", "user", map[string]string{"user": "ada"})
		w.secret(t, "shop", "pass", map[string]string{"pass": "word"})
		w.secret(t, "shop", "narrowed", both)
		w.Deliver(t)
		c.StartOperator(t, flags...)
		for _, name := range []string{"kept", "gone", "once", "user", "pass", "narrowed"} {
			w.pushed(t, name)
		}
		for _, path := range []string{"cluster/kept", "cluster/gone", "cluster/once"} {
			w.stores(t, path, map[string]string{"password": "first"})
		}
		w.stores(t, "cluster/shared", map[string]string{"user": "ada", "pass": "word"})
		w.stores(t, "cluster/narrowed", both)

		t.Log("what stays the same is not written again")
		w.lookedAt(t, "cluster/kept", 3)
		w.lookedAt(t, "cluster/gone", 3)
		w.version(t, "cluster/kept", 1)
		w.version(t, "cluster/gone", 1)

		t.Log("what is changed in the cluster is changed in the store, but for what is written only once")
		for _, name := range []string{"kept", "gone", "once"} {
			w.secret(t, "shop", name, map[string]string{"password": "second"})
		}
		w.stores(t, "cluster/kept", map[string]string{"password": "second"})
		w.stores(t, "cluster/gone", map[string]string{"password": "second"})
		w.version(t, "cluster/kept", 2)
		w.version(t, "cluster/gone", 2)
		w.lookedAt(t, "cluster/once", 3)
		w.stores(t, "cluster/once", map[string]string{"password": "first"})

		t.Log("what is not declared any more goes, and the other property of its path stays")
		w.Configure(t, lasting)
		w.Deliver(t)
		w.stores(t, "cluster/narrowed", map[string]string{"one": "1"})

		t.Log("a PushSecret that is deleted takes its property, and then the last one takes all")
		w.delete(t, "pass")
		w.stores(t, "cluster/shared", map[string]string{"user": "ada"})
		w.delete(t, "user")
		w.isGone(t, "cluster/shared")

		t.Log("one with the policy None takes nothing")
		w.delete(t, "kept")
		w.delete(t, "gone")
		w.isGone(t, "cluster/gone")
		w.stores(t, "cluster/kept", map[string]string{"password": "second"})
		for _, name := range []string{"kept", "gone"} {
			w.delivers(t, "shop", name, map[string]string{"password": "second"})
		}

		t.Log("what went can come again")
		w.Deliver(t)
		w.pushed(t, "gone")
		w.stores(t, "cluster/gone", map[string]string{"password": "second"})
		w.version(t, "cluster/gone", 1)
	})
}

func TestWhatIsNotTheOperatorsIsNeitherWrittenNorDeleted(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		w := begin(t, c, settings+
			pushOf("foreign", "Delete", "Replace", "cluster/foreign", "password")+
			pushOf("whole", "Delete", "Replace", "cluster/foreign", "")+
			pushOf("taken", "Delete", "Replace", "cluster/taken", "password")+
			pushOf("outside", "Delete", "Replace", "elsewhere/outside", "password"))
		for _, name := range []string{"foreign", "whole", "taken", "outside"} {
			w.secret(t, "shop", name, map[string]string{"password": "the operator's"})
		}
		theirs := map[string]string{"password": "theirs", "user": "web"}
		for field, value := range theirs {
			w.Put(t, "cluster/foreign", field, []byte(value))
		}
		file := digestOf(w.sealed(t, "cluster/foreign.yaml.age"))
		w.Deliver(t)
		c.StartOperator(t, flags...)
		w.pushed(t, "taken")

		t.Log("what the operator did not write, it leaves")
		w.refused(t, "foreign", "secret not managed by external-secrets")
		w.refused(t, "whole", "secret not managed by external-secrets")
		w.refused(t, "outside", "permission denied")
		w.isGone(t, "elsewhere/outside")

		t.Log("what somebody has taken over, it leaves as well")
		w.Write(t, http.MethodPut, "secret/metadata/cluster/taken", map[string]any{
			"custom_metadata": map[string]any{"owner": "web"},
		})
		w.secret(t, "shop", "taken", map[string]string{"password": "newer"})
		w.refused(t, "taken", "secret not managed by external-secrets")

		for _, name := range []string{"foreign", "whole", "taken", "outside"} {
			w.delete(t, name)
		}
		w.stores(t, "cluster/taken", map[string]string{"password": "the operator's"})
		w.stores(t, "cluster/foreign", theirs)
		if digestOf(w.sealed(t, "cluster/foreign.yaml.age")) != file {
			t.Error("the file of cluster/foreign was written")
		}

		t.Log("until somebody says that it is the operator's")
		w.Write(t, http.MethodPut, "secret/metadata/cluster/foreign", map[string]any{
			"custom_metadata": map[string]any{"managed-by": "external-secrets"},
		})
		w.Configure(t, settings+pushOf("foreign", "Delete", "Replace", "cluster/foreign", "password"))
		w.Deliver(t)
		w.pushed(t, "foreign")
		w.stores(t, "cluster/foreign", map[string]string{"password": "the operator's", "user": "web"})
		w.delete(t, "foreign")
		w.stores(t, "cluster/foreign", map[string]string{"user": "web"})
	})
}
