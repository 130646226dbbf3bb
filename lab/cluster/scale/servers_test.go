package scale

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// bridge is the one of an instance, over its age store.
type bridge struct {
	instance *cluster.Instance
	process  *cluster.Process
}

func (b *bridge) configuration() string {
	return `
bridge:
  metrics: { access: open }
  token: { source: BRIDGE_TOKEN }
  tokens: { refresh: 1h } # that would be reads of the store that nobody has asked for
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      bridge_url: {{bridge}}
      token_source: BRIDGE_TOKEN
secrets:
`
}

func (b *bridge) start(t *testing.T, instance *cluster.Instance, values map[string]string) *cluster.Process {
	t.Helper()
	b.instance = instance
	b.encrypt(t, values)
	b.process = instance.Serve(t)
	return b.process
}

// encrypt writes the files of the store with age, behind the bridge's back, as somebody with an editor does.
func (b *bridge) encrypt(t *testing.T, values map[string]string) {
	t.Helper()
	folder := filepath.Join(b.instance.Folder, "store", "apps")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	recipients := filepath.Join(b.instance.Folder, "store", ".age-recipients")
	atOnce(t, values, func(name, value string) error {
		command := exec.CommandContext(context.Background(), "age",
			"--encrypt", "--recipients-file", recipients, "--output", filepath.Join(folder, name+".age"))
		command.Stdin = strings.NewReader(value)
		if said, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("age: %w: %s", err, said)
		}
		return nil
	})
}

func (b *bridge) change(t *testing.T, values map[string]string) {
	t.Helper()
	b.encrypt(t, values)
	cluster.Eventually(t, time.Minute, "the bridge has forgotten what it read", func() error {
		if entries := b.instance.Metric(t, "cache_entries"); entries != 0 {
			return fmt.Errorf("it remembers %v", entries)
		}
		return nil
	})
}

func (b *bridge) asked(t *testing.T) asked {
	t.Helper()
	if said := b.process.Said(t); strings.Contains(said, "ERROR") || strings.Contains(said, "WARN") {
		t.Error("the bridge has complained")
	}
	now := b.instance.Metrics(t)
	count := func(name string, labels ...string) int { return int(now.Sum(t, name, labels...)) }
	requests, operations := count("requests_total"), count("store_operations_total")
	return asked{
		requests: requests,
		reads:    count("requests_total", `mount="secret"`, `operation="read"`),
		failures: requests - count("requests_total", `outcome="ok"`) +
			count("requests_abandoned_total") + count("rate_limited_total"),
		connections:   count("connections_total"),
		storeReads:    count("store_operations_total", `operation="read"`),
		storeFailures: operations - count("store_operations_total", `outcome="ok"`),
	}
}

// openBao is one in dev mode, with an audit log as the bridge has one.
type openBao struct {
	address, log string
}

const rootToken = "the-root-of-the-lab"

func newOpenBao(t *testing.T) *openBao {
	t.Helper()
	return &openBao{
		address: fmt.Sprintf("127.0.0.1:%d", cluster.FreePort(t)),
		log:     filepath.Join(t.TempDir(), "audit.log"),
	}
}

func (o *openBao) configuration() string {
	return `
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: {{chart}}
      stores:
        openbao:
          spec:
            provider:
              vault:
                server: "http://` + o.address + `"
                path: secret
                auth: { tokenSecretRef: { name: openbao-token, namespace: external-secrets-system, key: token } }
secrets:
  - { name: openbao-token, namespace: external-secrets-system, source: OPENBAO_TOKEN, data_key: token }
`
}

func (o *openBao) start(t *testing.T, instance *cluster.Instance, values map[string]string) *cluster.Process {
	t.Helper()
	program := os.Getenv("SECRETBRIDGE_BAO")
	if program == "" {
		t.Fatal("SECRETBRIDGE_BAO is not set: lab/run does")
	}
	instance.Put(t, "OPENBAO_TOKEN", "", []byte(rootToken))
	folder := filepath.Dir(o.log)
	configuration := filepath.Join(folder, "server.hcl")
	device := fmt.Sprintf("audit \"file\" \"requests\" {\n  options { file_path = %q }\n}\n", o.log)
	if err := os.WriteFile(configuration, []byte(device), 0o600); err != nil {
		t.Fatal(err)
	}
	process := cluster.Background(t, "openbao", folder, []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}, fmt.Sprintf(
		"%q server -dev -dev-no-store-token -dev-root-token-id=%s -dev-listen-address=%s -config=%q",
		program, rootToken, o.address, configuration))
	cluster.Eventually(t, time.Minute, "OpenBao is ready", func() error {
		return o.ask(http.MethodGet, "sys/health", nil)
	})
	o.fill(t, values)
	return process
}

func (o *openBao) change(t *testing.T, values map[string]string) {
	t.Helper()
	o.fill(t, values)
}

func (o *openBao) fill(t *testing.T, values map[string]string) {
	t.Helper()
	atOnce(t, values, func(name, value string) error {
		return o.ask(http.MethodPut, "secret/data/apps/"+name, map[string]any{"data": map[string]string{"value": value}})
	})
}

func (o *openBao) ask(method, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, "http://"+o.address+"/v1/"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("X-Vault-Token", rootToken)
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, said)
	}
	return err
}

func (o *openBao) asked(t *testing.T) asked {
	t.Helper()
	text, err := os.ReadFile(o.log)
	if err != nil {
		t.Fatal(err)
	}
	var all asked
	for line := range bytes.Lines(text) {
		var entry struct {
			Type    string
			Error   string
			Request struct{ Operation, Path string }
		}
		if line[len(line)-1] != '\n' {
			continue // it is being written
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatalf("the audit log of OpenBao: %v", err)
		}
		if entry.Type != "response" {
			continue
		}
		all.requests++
		if entry.Request.Operation == "read" && strings.HasPrefix(entry.Request.Path, "secret/data/") {
			all.reads++
		}
		if entry.Error != "" {
			all.failures++
		}
	}
	return all
}

// workers is how many do something at once.
const workers = 8

// atOnce does something for each name.
func atOnce(t *testing.T, values map[string]string, do func(name, value string) error) {
	t.Helper()
	work := make(chan string)
	troubles := make([]error, workers)
	var group sync.WaitGroup
	for index := range workers {
		group.Go(func() {
			for name := range work {
				if troubles[index] == nil {
					troubles[index] = do(name, values[name])
				}
			}
		})
	}
	for name := range values {
		work <- name
	}
	close(work)
	group.Wait()
	if err := errors.Join(troubles...); err != nil {
		t.Fatal(err)
	}
}
