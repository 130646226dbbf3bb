// Package served runs `secretbridge serve` for tests of its clients: a real process, on a loopback port of its own.
package served

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Program says which environment variable has the path of the program.
const Program = "SECRETBRIDGE_BINARY"

// Token is the first token of a bridge with a configuration; it has all rights.
const Token = "the-first-token-of-the-lab"

// Bridge is one that serves.
type Bridge struct {
	// Address is as clients are given it: `https://127.0.0.1:1234`.
	Address string
	// Token has all rights.
	Token string
	// Folder has the configuration and the stores.
	Folder string

	http *http.Client
}

var (
	address  = regexp.MustCompile(`https?://[0-9.]+:[0-9]+`)
	devToken = regexp.MustCompile(`BAO_TOKEN=(\S+)`)
)

// Dev is `serve --dev`: a store in memory, at `secret`, without TLS.
func Dev(t testing.TB) *Bridge {
	t.Helper()
	process, err := start(t.TempDir(), "--dev")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.stop(t) })
	said := process.waitFor(devToken)
	if said == nil {
		t.Fatalf("it prints no token:\n%s", process.said())
	}
	return &Bridge{
		Address: address.FindString(process.said()),
		Token:   string(said[1]),
		Folder:  process.folder,
		http:    &http.Client{Timeout: time.Minute},
	}
}

// Start serves a folder with these files, of which one is `secretbridge.yaml`, and the first token at `store/BRIDGE_TOKEN`.
func Start(t testing.TB, files map[string]string, authority *Authority) *Bridge {
	t.Helper()
	bridge, err := Try(t, files, authority)
	if err != nil {
		t.Fatal(err)
	}
	return bridge
}

// Try is Start for settings that may be refused: the error is what the program says then.
func Try(t testing.TB, files map[string]string, authority *Authority) (*Bridge, error) {
	t.Helper()
	folder := t.TempDir()
	lay(t, folder, files)
	lay(t, folder, map[string]string{"store/BRIDGE_TOKEN": Token})
	client := &http.Client{Timeout: time.Minute}
	if authority != nil {
		lay(t, folder, authority.files(t))
		client.Transport = &http.Transport{TLSClientConfig: authority.trusted(t)}
	}
	process, err := start(folder, "--config", filepath.Join(folder, "secretbridge.yaml"))
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { process.stop(t) })
	found := address.FindString(process.said())
	return &Bridge{Address: found, Token: Token, Folder: folder, http: client}, nil
}

// Ask sends a request in JSON as nobody's client, to prepare and to look, and returns the status and the answer's `data`.
func (b *Bridge) Ask(t testing.TB, token, method, path string, body any) (int, map[string]any) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, b.Address+"/v1/"+path, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Vault-Token", token)
	response, err := b.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Data, Auth map[string]any }
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	if answer.Data == nil {
		answer.Data = answer.Auth
	}
	return response.StatusCode, answer.Data
}

// Put writes a secret, a new version of it where the mount has versions, and insists.
func (b *Bridge) Put(t testing.TB, path string, body any) {
	t.Helper()
	if status, _ := b.Ask(t, b.Token, http.MethodPut, path, body); status != http.StatusOK && status != http.StatusNoContent {
		t.Fatalf("PUT %s: %d", path, status)
	}
}

// Issue makes a token that may do what these policies say.
func (b *Bridge) Issue(t testing.TB, policies ...string) string {
	t.Helper()
	status, auth := b.Ask(t, b.Token, http.MethodPost, "auth/token/create", map[string]any{"policies": policies, "ttl": "1h"})
	token, ok := auth["client_token"].(string)
	if status != http.StatusOK || !ok {
		t.Fatalf("a token with %v: %d", policies, status)
	}
	return token
}

func lay(t testing.TB, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// trusted is for asking a bridge whose certificate this authority has signed.
func (a *Authority) trusted(t testing.TB) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	client := a.Client(t, "lab")
	pair, err := tls.X509KeyPair(client.Certificate, client.Key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
}

// process is the program, and what it says.
type process struct {
	folder  string
	command *exec.Cmd
	stdout  *said
	stderr  *said
	ended   chan error
}

// start returns once the program has said where it serves, or has ended.
func start(folder string, arguments ...string) (*process, error) {
	program := os.Getenv(Program)
	if program == "" {
		return nil, fmt.Errorf("%s is not set: lab/run does", Program)
	}
	ctx := context.Background()
	command := exec.CommandContext(ctx, program, append([]string{"serve", "--listen", "127.0.0.1:0"}, arguments...)...)
	command.Dir = folder
	command.Env = []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}
	p := &process{folder: folder, command: command, stdout: new(said), stderr: new(said), ended: make(chan error, 1)}
	command.Stdout, command.Stderr = p.stdout, p.stderr
	if err := command.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- command.Wait() }()
	if p.waitFor(address) == nil {
		return nil, fmt.Errorf("it does not serve: %s", strings.TrimSpace(p.stderr.String()))
	}
	return p, nil
}

func (p *process) said() string { return p.stdout.String() }

// waitFor returns what it has said on stdout of this form, or nothing when it ends without.
func (p *process) waitFor(form *regexp.Regexp) [][]byte {
	for {
		if found := form.FindSubmatch([]byte(p.said())); found != nil {
			return found
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			return nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends it; the second signal is for not giving load balancers their time.
func (p *process) stop(t testing.TB) {
	for {
		_ = p.command.Process.Signal(os.Interrupt)
		select {
		case <-p.ended:
			if t.Failed() {
				t.Logf("the bridge:\n%s", p.stderr)
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}
