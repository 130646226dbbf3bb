package cluster

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
	"testing"
	"time"

	"secretbridge.lab/served"
)

// Instance is a folder with a configuration of secretbridge and an age store.
type Instance struct {
	// Folder is where `secretbridge init` has made it.
	Folder string

	port    int
	cluster *Cluster
}

// Token is the first one of the bridge of an instance: the store has it at BRIDGE_TOKEN.
const Token = "the-first-token-of-the-lab"

// Configuration is the file of an instance: `instance` and `store` stand before what a test adds, and `bridge` knows the rest.
//
// `{{bridge}}` stands for the bridge's address.
const head = `instance: lab
store: { provider: age, path: store, identities: [age.key] }
`

// NewInstance is one whose configuration goes on with this text, in which `{{bridge}}` is the address of its bridge, and
// `{{chart}}` the version of the cluster's operator.
func NewInstance(t testing.TB, cluster *Cluster, configuration string) *Instance {
	t.Helper()
	instance := &Instance{Folder: filepath.Join(t.TempDir(), "lab"), port: FreePort(t), cluster: cluster}
	instance.run(t, filepath.Dir(instance.Folder), nil, "init", "lab", "--quiet")
	instance.Configure(t, configuration)
	instance.Put(t, "BRIDGE_TOKEN", "", []byte(Token))
	return instance
}

// Configure replaces all of the configuration but its beginning.
func (i *Instance) Configure(t testing.TB, configuration string) {
	t.Helper()
	text := strings.NewReplacer("{{bridge}}", i.Bridge(), "{{chart}}", i.cluster.Operator.Version).Replace(head + configuration)
	if err := os.WriteFile(filepath.Join(i.Folder, "secretbridge.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Bridge is the address of its bridge.
func (i *Instance) Bridge() string { return fmt.Sprintf("http://127.0.0.1:%d", i.port) }

// Elsewhere is the same instance, with its bridge at another port: something else can stand at the first.
func (i *Instance) Elsewhere(t testing.TB) *Instance {
	t.Helper()
	return &Instance{Folder: i.Folder, port: FreePort(t), cluster: i.cluster}
}

// Put writes a secret with the program, a field of it or all of a plain value.
func (i *Instance) Put(t testing.TB, path, field string, value []byte, flags ...string) {
	t.Helper()
	arguments := append([]string{"store", "put", path, "--allow-empty"}, flags...)
	if field != "" {
		arguments = append(arguments, "--field", field)
	}
	i.run(t, i.Folder, value, arguments...)
}

// Remove takes a secret out of the store with the program.
func (i *Instance) Remove(t testing.TB, path string) {
	t.Helper()
	i.run(t, i.Folder, nil, "store", "delete", path, "--yes")
}

// Get reads a field of a secret with the program.
func (i *Instance) Get(t testing.TB, path, field string) []byte {
	t.Helper()
	return i.run(t, i.Folder, nil, "store", "get", path, "--field", field)
}

// Build writes all that the cluster is to have, and returns the folder with it.
func (i *Instance) Build(t testing.TB) string {
	t.Helper()
	i.run(t, i.Folder, nil, "build", "--out", "out")
	return filepath.Join(i.Folder, "out", "k8s")
}

// TryBuild is Build for what may be refused; the error is what the program says.
func (i *Instance) TryBuild(t testing.TB) error {
	t.Helper()
	_, err := i.try(i.Folder, nil, "build", "--out", "out")
	return err
}

// Run is the program in the folder of the instance, which knows the cluster. It returns what that writes on stdout.
func (i *Instance) Run(t testing.TB, arguments ...string) string {
	t.Helper()
	return string(i.run(t, i.Folder, nil, arguments...))
}

// Deliver builds, and applies what was built: first the Secrets with values, then all else.
func (i *Instance) Deliver(t testing.TB) string {
	t.Helper()
	built := i.Build(t)
	if _, err := os.Stat(filepath.Join(built, "secrets.yaml")); err == nil {
		i.cluster.Apply(t, filepath.Join(built, "secrets.yaml"))
	}
	if _, err := os.Stat(filepath.Join(built, "kustomization.yaml")); err == nil {
		i.cluster.ApplyAll(t, built)
	}
	return built
}

// Serve runs the bridge, and waits until it says that it is ready.
func (i *Instance) Serve(t testing.TB, flags ...string) *Process {
	t.Helper()
	bridge := i.ServeUnready(t, flags...)
	Eventually(t, 30*time.Second, "the bridge is ready", func() error {
		if bridge.hasEnded() {
			return errors.New("it has ended")
		}
		status, text, err := i.ask(http.MethodGet, "/readyz", "", nil)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d %s", status, text)
		}
		return err
	})
	return bridge
}

// ServeUnready runs the bridge.
func (i *Instance) ServeUnready(t testing.TB, flags ...string) *Process {
	t.Helper()
	command := i.command(i.Folder, append([]string{"serve", "--listen", fmt.Sprintf("127.0.0.1:%d", i.port)}, flags...)...)
	return run(t, "bridge", command)
}

// Write is a request to the bridge with the first token, which insists.
func (i *Instance) Write(t testing.TB, method, path string, body any) map[string]any {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := i.ask(method, "/v1/"+path, Token, sent)
	if err != nil || status/100 != 2 {
		t.Fatalf("%s %s: %d %s: %v", method, path, status, text, err)
	}
	var answer struct{ Data, Auth map[string]any }
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatal(err)
		}
	}
	if answer.Data == nil {
		return answer.Auth
	}
	return answer.Data
}

// Read is what the bridge has at a path for the first token, and the status.
func (i *Instance) Read(t testing.TB, path string) (int, map[string]any) {
	t.Helper()
	status, text, err := i.ask(http.MethodGet, "/v1/"+path, Token, nil)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return status, answer.Data
}

// LogIn shows something to a way to log in of its bridge: the status, and the token or what the bridge says.
func (i *Instance) LogIn(t testing.TB, mount string, shown map[string]string) (status int, said string) {
	t.Helper()
	sent, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := i.ask(http.MethodPost, "/v1/auth/"+mount+"/login", "", sent)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Auth struct {
			Token string `json:"client_token"`
		}
		Errors []string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return status, answer.Auth.Token + strings.Join(answer.Errors, "\n")
}

// Metric is the sum of a counter of the bridge over those of its labels that the rest of the line has.
func (i *Instance) Metric(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	return i.Metrics(t).Sum(t, name, labels...)
}

// Metrics are all counters of a bridge at one moment.
type Metrics string

// Metrics are those of its bridge.
func (i *Instance) Metrics(t testing.TB) Metrics {
	t.Helper()
	status, text, err := i.ask(http.MethodGet, "/metrics", Token, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("/metrics: %d %s: %v", status, text, err)
	}
	return Metrics(text)
}

// Sum is that of a counter over those of its labels that the rest of the line has.
func (m Metrics) Sum(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	var sum float64
line:
	for line := range strings.Lines(string(m)) {
		rest, found := strings.CutPrefix(line, "secretbridge_"+name)
		if !found || rest[0] != '{' && rest[0] != ' ' {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(rest, label) {
				continue line
			}
		}
		var value float64
		if _, err := fmt.Sscan(rest[strings.LastIndexByte(rest, ' '):], &value); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		sum += value
	}
	return sum
}

func (i *Instance) ask(method, path, token string, body []byte) (int, []byte, error) {
	request, err := http.NewRequest(method, i.Bridge()+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if token != "" {
		request.Header.Set("X-Vault-Token", token)
	}
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

func (i *Instance) run(t testing.TB, folder string, stdin []byte, arguments ...string) []byte {
	t.Helper()
	said, err := i.try(folder, stdin, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func (i *Instance) try(folder string, stdin []byte, arguments ...string) ([]byte, error) {
	command := i.command(folder, arguments...)
	command.Stdin = bytes.NewReader(stdin)
	var said, complained bytes.Buffer
	command.Stdout, command.Stderr = &said, &complained
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("secretbridge %s: %w\n%s%s", strings.Join(arguments, " "), err, &said, &complained)
	}
	return said.Bytes(), nil
}

func (i *Instance) command(folder string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(context.Background(), os.Getenv(served.Program), arguments...)
	command.Dir = folder
	command.Env = i.cluster.Environment()
	return command
}
