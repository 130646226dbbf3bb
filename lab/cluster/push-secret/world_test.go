package pushsecret

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"secretbridge.lab/cluster"
)

// patience is how long the operator may take for what it does each second; after errors, it waits longer each time.
const patience = 90 * time.Second

// flags let the operator ask the API server as often as it has to: 0.10.4 asks often.
var flags = []string{"--client-qps=500", "--client-burst=500"}

// world is a cluster and an instance, whose bridge runs.
type world struct {
	*cluster.Instance
	cluster *cluster.Cluster
}

// begin has the namespaces of the operator and of the shop, and more of them.
func begin(t *testing.T, c *cluster.Cluster, configuration string, more ...string) *world {
	t.Helper()
	instance := cluster.NewInstance(t, c, configuration)
	instance.Serve(t)
	c.Namespace(t, append(more, "shop", "external-secrets-system")...)
	return &world{Instance: instance, cluster: c}
}

// pushOf declares a PushSecret in the shop, of the Secret of its name: of a key to the property of that name, or of all.
func pushOf(name, deletion, update, path, key string) string {
	match := fmt.Sprintf("{ remoteRef: { remoteKey: %s } }", path)
	if key != "" {
		match = fmt.Sprintf("{ secretKey: %s, remoteRef: { remoteKey: %s, property: %s } }", key, path, key)
	}
	return fmt.Sprintf(`
        - kind: PushSecret
          metadata: { name: %s, namespace: shop }
          spec:
            refreshInterval: 1s
            secretStoreRefs: [{ kind: ClusterSecretStore, name: homelab }]
            deletionPolicy: %s
            updatePolicy: %s
            selector: { secret: { name: %s } }
            data: [{ match: %s }]
`, name, deletion, update, name, match)
}

// secret makes or changes a Secret, as somebody in the cluster does.
func (w *world) secret(t *testing.T, namespace, name string, data map[string]string) {
	t.Helper()
	encoded := map[string]string{}
	for key, value := range data {
		encoded[key] = base64Of([]byte(value))
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": name, "namespace": namespace},
		"data":     encoded,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	w.cluster.Apply(t, file)
}

func (w *world) push(namespace, name string) (*unstructured.Unstructured, error) {
	return w.cluster.Object(w.cluster.Operator.PushSecrets(), namespace, name)
}

// pushed waits until the operator says of a PushSecret in the shop that it has written.
func (w *world) pushed(t *testing.T, name string) {
	t.Helper()
	cluster.Eventually(t, patience, name+" is pushed", func() error {
		object, err := w.push("shop", name)
		if err != nil {
			return err
		}
		return cluster.Ready(object)
	})
}

// refused waits until the operator says of a PushSecret in the shop that it has not written, for this reason.
func (w *world) refused(t *testing.T, name, reason string) {
	t.Helper()
	cluster.Eventually(t, patience, name+" is refused", func() error {
		object, err := w.push("shop", name)
		if err != nil {
			return err
		}
		err = cluster.Ready(object)
		if err == nil {
			return errors.New("it is ready")
		}
		if !strings.Contains(err.Error(), reason) {
			return err
		}
		return nil
	})
}

// delete removes a PushSecret of the shop, and waits until the operator has let it go.
func (w *world) delete(t *testing.T, name string) {
	t.Helper()
	w.cluster.Delete(t, w.cluster.Operator.PushSecrets(), "shop", name)
	cluster.Eventually(t, patience, name+" is deleted", func() error {
		object, err := w.push("shop", name)
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("it is there still: %w", cluster.Ready(object))
	})
}

// stores waits until the store has exactly these fields at a path, as the program reads them.
func (w *world) stores(t *testing.T, path string, want map[string]string) {
	t.Helper()
	cluster.Eventually(t, patience, path+" is in the store", func() error {
		got := w.stored(t, path)
		if got == nil {
			return errors.New("it is not")
		}
		return difference(got, want)
	})
}

// isGone insists that the store has nothing at a path, nor a word about it.
func (w *world) isGone(t *testing.T, path string) {
	t.Helper()
	if w.stored(t, path) != nil {
		t.Errorf("%s is in the store", path)
	}
	if !strings.HasPrefix(path, "cluster/") {
		return // where the operator may not look
	}
	if status, _ := w.Read(t, "secret/metadata/"+path); status != http.StatusNotFound {
		t.Errorf("the metadata of %s: %d", path, status)
	}
}

// stored are the fields of a secret in the store, as the program reads them; none if there is no such secret.
func (w *world) stored(t *testing.T, path string) map[string]string {
	t.Helper()
	var listed struct{ Paths []string }
	said := w.Run(t, "store", "list", "--output", "json")
	if err := json.Unmarshal([]byte(said), &listed); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(listed.Paths, path) {
		return nil
	}
	var read struct {
		Fields map[string]struct {
			Text   *string
			Base64 *[]byte
		}
	}
	if err := json.Unmarshal([]byte(w.Run(t, "store", "get", path, "--output", "json")), &read); err != nil {
		t.Fatalf("what is read of %s is no JSON", path)
	}
	fields := map[string]string{}
	for name, value := range read.Fields {
		if value.Base64 != nil {
			fields[name] = string(*value.Base64)
		} else {
			fields[name] = *value.Text
		}
	}
	return fields
}

// version insists on the number of the version of a secret that the bridge has.
func (w *world) version(t *testing.T, path string, want int) {
	t.Helper()
	_, metadata := w.Read(t, "secret/metadata/"+path)
	if got := metadata["current_version"]; got != float64(want) {
		t.Errorf("%s: version %v, not %d", path, got, want)
	}
}

// lookedAt waits until the operator has read a secret so many times more.
func (w *world) lookedAt(t *testing.T, path string, times int) {
	t.Helper()
	before := w.reads(t, path)
	cluster.Eventually(t, patience, path+" is read again", func() error {
		if now := w.reads(t, path); now < before+times {
			return fmt.Errorf("%d times", now-before)
		}
		return nil
	})
}

// reads is how often the audit log has that a secret was read.
func (w *world) reads(t *testing.T, path string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.Folder, "audit", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no audit log: %v", err)
	}
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		count += bytes.Count(text, []byte(`"secret/data/`+path+`"`))
	}
	return count
}

// opened is what the program `age` finds in a file of the store.
func (w *world) opened(t *testing.T, file string) []byte {
	t.Helper()
	var complained bytes.Buffer
	command := exec.CommandContext(context.Background(), "age", "--decrypt", "--identity", "age.key", filepath.Join("store", file))
	command.Dir, command.Stderr = w.Folder, &complained
	said, err := command.Output()
	if err != nil {
		t.Fatalf("age: %v: %s", err, &complained)
	}
	return said
}

// sealed is a file of the store as it is.
func (w *world) sealed(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.Folder, "store", file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// delivers waits until a Secret of the cluster has exactly this data.
func (w *world) delivers(t *testing.T, namespace, name string, want map[string]string) {
	t.Helper()
	cluster.Eventually(t, patience, fmt.Sprintf("%s/%s is in the cluster", namespace, name), func() error {
		secret := w.cluster.Secret(t, namespace, name)
		if !secret.Exists {
			return errors.New("it is not")
		}
		got := map[string]string{}
		for key, value := range secret.Data {
			got[key] = string(value)
		}
		return difference(got, want)
	})
}

// fields are those of a file of the store that has several.
func fields(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var all map[string]string
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal("this is no map of texts")
	}
	return all
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if err := difference(got, want); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// difference names the keys that are not the same, and shows no value.
func difference(got, want map[string]string) error {
	var all []error
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, there := got[key]
		if !there {
			all = append(all, fmt.Errorf("no %s", key))
		} else if value != want[key] {
			all = append(all, fmt.Errorf("%s has %d bytes, %s, and not %d, %s",
				key, len(value), digestOf([]byte(value)), len(want[key]), digestOf([]byte(want[key]))))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, there := want[key]; !there {
			all = append(all, fmt.Errorf("%s besides", key))
		}
	}
	return errors.Join(all...)
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:4])
}

func base64Of(text []byte) string { return base64.StdEncoding.EncodeToString(text) }
