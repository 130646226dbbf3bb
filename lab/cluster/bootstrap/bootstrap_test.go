package bootstrap

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

func TestThePageLeadsToASyncedSecret(t *testing.T) {
	page, err := read(filepath.Join(os.Getenv("SECRETBRIDGE_LAB_ROOT"), "docs", "getting-started.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := cluster.Start(t, cluster.Newer)
	folder := t.TempDir()
	environment := append(c.Environment(), "BRIDGE_HOST=127.0.0.1")
	terminal := newShell(t, folder, environment)
	markers := map[string]int{}
	for _, block := range page {
		markers[block.marker]++
		switch block.marker {
		case "":
			t.Logf("%s%s", block.commands, terminal.types(t, block.commands))
		case "in the background":
			// A second terminal is in the folder that the first one is in.
			cluster.Background(t, "bridge", filepath.Join(folder, "acme"), environment, block.commands)
		case "instead, the program that was built":
			if !block.has("cargo install ") {
				t.Errorf("it is something else that is done instead: %s", block.commands)
			}
		case "instead, the operator itself":
			if !block.has("helmfile ") {
				t.Errorf("it is something else that is done instead: %s", block.commands)
			}
			pinned(t, filepath.Join(folder, "acme", "out", "helmfile.yaml"))
			c.Namespace(t, "external-secrets-system") // Helm makes it
			c.StartOperator(t)
		default:
			t.Fatalf("nobody knows what to do here: %s", block.marker)
		}
	}
	for _, marker := range []string{"in the background", "instead, the program that was built", "instead, the operator itself"} {
		if markers[marker] != 1 {
			t.Errorf("%d blocks are done otherwise: %s", markers[marker], marker)
		}
	}
	is(t, c, "gitlab", "gitlab-root", "a-first-password")
	cluster.Eventually(t, 100*time.Second, "the new value is in the cluster", func() error {
		if got := string(c.Secret(t, "shop", "shop-db").Data["password"]); got != "a-new-password" {
			return fmt.Errorf("it is %q", got)
		}
		return nil
	})
	if token := c.Secret(t, "external-secrets-system", "homelab-bridge-token").Data["token"]; len(token) != 44 {
		t.Errorf("the bridge's own token has %d characters", len(token))
	}
	if info, err := os.Stat(filepath.Join(folder, "acme", "out", "k8s", "secrets.yaml")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the Secrets with values are in a file of mode %v: %v", info.Mode(), err)
	}
}

// pinned insists that the chart is the operator that runs here, and that helmfile waits until its webhook answers.
func pinned(t *testing.T, helmfile string) {
	t.Helper()
	text, err := os.ReadFile(helmfile)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("version: %q", cluster.Newer.Version); !strings.Contains(string(text), want) {
		t.Errorf("the chart is not pinned to %s:\n%s", want, text)
	}
	if !strings.Contains(string(text), "wait: true") {
		t.Errorf("what is applied next would be refused: the operator's webhook is not waited for:\n%s", text)
	}
}

func is(t *testing.T, c *cluster.Cluster, namespace, name, value string) {
	t.Helper()
	if got := string(c.Secret(t, namespace, name).Data["password"]); got != value {
		t.Errorf("%s/%s: %q", namespace, name, got)
	}
}
