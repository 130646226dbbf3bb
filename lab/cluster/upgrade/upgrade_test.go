// Package upgrade moves a cluster from an older release of the operator to a newer one.
package upgrade

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// settings are of an instance with each kind of delivery, which both releases have.
const settings = `
bridge:
  cache: { ttl: 1s }
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: BRIDGE_TOKEN
secrets:
  - { name: by-value, namespace: shop, source: apps/plain, data_key: password }
  - name: single
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 5s
    deletion_policy: Delete
    data: { password: { key: apps/db, property: password } }
  - name: extracted
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 5s
    data_from: [{ extract: { key: apps/db } }]
  - name: found
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 5s
    deletion_policy: Merge
    data_from: [{ find: { path: apps/flags, name: { regexp: ".*" } }, rewrite: [{ regexp: { source: ".*/(.*)", target: "$1" } }] }]
  - name: templated
    namespace: shop
    sync_mode: external-secrets
    refresh_interval: 5s
    labels: { app: shop }
    template: { data: { url: "postgres://{{ .username }}:{{ .password | urlquery }}@db" } }
    data:
      username: { key: apps/db, property: username }
      password: { key: apps/db, property: password }
  - name: everywhere
    namespaces: [shop, mailer]
    sync_mode: external-secrets
    refresh_interval: 5s
    type: basic-auth
    data:
      username: { key: apps/db, property: username }
      password: { key: apps/db, property: password }
`

func TestOnlyTheAPIVersionAndThePinAreOtherwiseInWhatIsWrittenForTheNewerRelease(t *testing.T) {
	older, newer := writtenFor(t, cluster.Older), writtenFor(t, cluster.Newer)
	// What the older one lacks is refused with a message of its own, and is not there.
	examples := slices.Sorted(maps.Keys(older))
	if len(examples) < 4 {
		t.Fatalf("there are %v for %s", examples, cluster.Older.Version)
	}
	for _, example := range examples {
		upgraded := map[string]string{}
		for file, text := range older[example] {
			text = strings.ReplaceAll(text, "apiVersion: external-secrets.io/v1beta1\n", "apiVersion: external-secrets.io/v1\n")
			upgraded[file] = pinned(text, cluster.Older.Version, cluster.Newer.Version)
		}
		for _, file := range slices.Sorted(maps.Keys(newer[example])) {
			if text, ok := upgraded[file]; !ok || text != newer[example][file] {
				t.Errorf("%s: %s has other differences", example, file)
			}
		}
		if len(upgraded) != len(newer[example]) {
			t.Errorf("%s has other files", example)
		}
	}
}

// pinned replaces the version of the chart where one is pinned.
func pinned(text, from, to string) string {
	for _, form := range []string{`version: "%s"`, "version: %s\n", "--version %s ", "targetRevision: %s\n"} {
		text = strings.ReplaceAll(text, fmt.Sprintf(form, from), fmt.Sprintf(form, to))
	}
	return text
}

// writtenFor are the examples for a release, file by file.
func writtenFor(t *testing.T, operator cluster.Operator) map[string]map[string]string {
	t.Helper()
	root := filepath.Join(os.Getenv("SECRETBRIDGE_LAB_WRITTEN"), operator.Version, "examples")
	examples := map[string]map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "secrets.yaml" || entry.Name() == ".secretbridge.lock" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		example, file, _ := strings.Cut(relative, string(filepath.Separator))
		if examples[example] == nil {
			examples[example] = map[string]string{}
		}
		examples[example][file] = string(text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

func TestAClusterIsUpgradedAndNoSecretIsLost(t *testing.T) {
	c := cluster.Start(t, cluster.Older)
	instance := cluster.NewInstance(t, c, settings)
	for path, fields := range map[string]map[string]string{
		"apps/plain":     {"": "plain"},
		"apps/db":        {"username": "shop", "password": "p@ss/word"},
		"apps/flags/one": {"": "1"},
		"apps/flags/two": {"": "2"},
	} {
		for field, value := range fields {
			instance.Put(t, path, field, []byte(value))
		}
	}
	instance.Serve(t)
	c.Namespace(t, "shop", "mailer", "external-secrets-system")
	instance.Deliver(t)
	operator := c.StartOperator(t)
	c.Settled(t, time.Minute)
	before := secrets(t, c)
	if len(before) != 8 {
		t.Fatalf("there are %v", slices.Sorted(maps.Keys(before)))
	}

	losses := c.WatchLosses(t)
	operator.Stop(t)
	c.Define(t, os.Getenv("SECRETBRIDGE_LAB_BETWEEN"))
	c.Operator = cluster.Newer
	instance.Configure(t, settings)
	instance.Deliver(t)
	c.StoredAgain(t)
	c.Define(t, c.Definitions(t))
	c.StartOperator(t)
	instance.Put(t, "apps/db", "password", []byte("another"))
	cluster.Eventually(t, time.Minute, "the newer release follows the store", func() error {
		if got := string(c.Secret(t, "shop", "single").Data["password"]); got != "another" {
			return fmt.Errorf("it is %q", got)
		}
		return nil
	})
	c.Settled(t, time.Minute)
	instance.Put(t, "apps/db", "password", []byte("p@ss/word"))
	cluster.Eventually(t, time.Minute, "all Secrets are as they were", func() error {
		for name, secret := range secrets(t, c) {
			if !reflect.DeepEqual(secret.Data, before[name].Data) || secret.Type != before[name].Type {
				return fmt.Errorf("%s is another one", name)
			}
		}
		return nil
	})
	if lost := losses.Stop(t); len(lost) > 0 {
		t.Errorf("lost on the way:\n%s", strings.Join(lost, "\n"))
	}
	if after := secrets(t, c); len(after) != len(before) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(after)))
	}
}

func secrets(t *testing.T, c *cluster.Cluster) map[string]cluster.Secret {
	t.Helper()
	all := map[string]cluster.Secret{}
	for _, secret := range c.Secrets(t, "") {
		all[secret.Namespace+"/"+secret.Name] = secret
	}
	return all
}
