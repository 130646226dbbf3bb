package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"secretbridge.lab/served"
)

// Cluster is an API server with nothing in it but what a test has applied.
type Cluster struct {
	// Kubeconfig is the path of one with all rights.
	Kubeconfig string
	// Address is where the API server listens.
	Address string
	// Authority is the path of the certificate that has signed the API server's.
	Authority string
	// Operator is the one that this cluster has, or is to have.
	Operator Operator
	// OperatorEnvironment is what the operator is given beside what it needs: `VAULT_CLIENT_TIMEOUT=2s`.
	OperatorEnvironment []string

	dynamic dynamic.Interface
	kubectl string
	home    string
}

// adminToken is that of the kubeconfig.
const adminToken = "the-admin-of-the-lab"

// Start is a control plane of its own for this test, empty but for the operator's definitions.
func Start(t testing.TB, operator Operator) *Cluster {
	t.Helper()
	cluster := Empty(t)
	cluster.Operator = operator
	cluster.define(t, operator)
	return cluster
}

// Empty is a control plane of its own for this test, without any definitions.
func Empty(t testing.TB) *Cluster {
	t.Helper()
	folder := t.TempDir()
	etcd := startEtcd(t, folder)
	cluster := startAPIServer(t, folder, etcd)
	cluster.home = folder
	cluster.kubectl = program(t, "kubectl")
	return cluster
}

func startEtcd(t testing.TB, folder string) string {
	t.Helper()
	clients := fmt.Sprintf("http://127.0.0.1:%d", FreePort(t))
	peers := fmt.Sprintf("http://127.0.0.1:%d", FreePort(t))
	run(t, "etcd", exec.CommandContext(context.Background(), program(t, "etcd"),
		"--name=lab",
		"--data-dir="+filepath.Join(folder, "etcd"),
		"--listen-client-urls="+clients,
		"--advertise-client-urls="+clients,
		"--listen-peer-urls="+peers,
		"--initial-advertise-peer-urls="+peers,
		"--initial-cluster=lab="+peers,
		"--unsafe-no-fsync",
		"--quota-backend-bytes=4294967296",
		"--log-level=warn",
	))
	return clients
}

func startAPIServer(t testing.TB, folder, etcd string) *Cluster {
	t.Helper()
	authority := served.NewAuthority(t)
	pair := authority.Server(t)
	file := func(name string, text []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private, public := accountKeys(t)
	port := FreePort(t)
	server := run(t, "kube-apiserver", exec.CommandContext(context.Background(), program(t, "kube-apiserver"),
		"--etcd-servers="+etcd,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file="+file("server.crt", pair.Certificate),
		"--tls-private-key-file="+file("server.key", pair.Key),
		"--token-auth-file="+file("tokens.csv", []byte(adminToken+`,admin,admin,"system:masters"`+"\n")),
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+file("account.pub", public),
		"--service-account-signing-key-file="+file("account.key", private),
		"--service-cluster-ip-range=10.0.0.0/24",
	))
	address := fmt.Sprintf("https://127.0.0.1:%d", port)
	settings := &rest.Config{
		Host:            address,
		BearerToken:     adminToken,
		TLSClientConfig: rest.TLSClientConfig{CAData: authority.Certificate},
		QPS:             -1, // what a test asks is not what it measures
	}
	client, err := dynamic.NewForConfig(settings)
	if err != nil {
		t.Fatal(err)
	}
	cluster := &Cluster{
		Kubeconfig: file("kubeconfig", kubeconfig(address, authority.Certificate)),
		Address:    address,
		Authority:  file("authority.crt", authority.Certificate),
		dynamic:    client,
	}
	Eventually(t, time.Minute, "the API server is ready", func() error {
		if server.hasEnded() {
			return errors.New("it has ended")
		}
		_, err := cluster.get(namespaces, "", "default")
		return err
	})
	return cluster
}

// accountKeys sign the tokens of service accounts.
func accountKeys(t testing.TB) (private, public []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	open, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}),
		pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: open})
}

func kubeconfig(address string, authority []byte) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: lab
contexts: [{ name: lab, context: { cluster: lab, user: admin } }]
users: [{ name: admin, user: { token: %s } }]
clusters: [{ name: lab, cluster: { server: "%s", certificate-authority-data: %s } }]
`, adminToken, address, base64Of(authority))
}

// Client asks the API server as the administrator, as often as it can.
func (c *Cluster) Client() dynamic.Interface { return c.dynamic }

// Kubectl runs it as the administrator, and insists.
func (c *Cluster) Kubectl(t testing.TB, arguments ...string) string {
	t.Helper()
	said, err := c.TryKubectl(arguments...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(arguments, " "), err, said)
	}
	return said
}

// TryKubectl runs it as the administrator. It says what kubectl says.
func (c *Cluster) TryKubectl(arguments ...string) (string, error) {
	command := exec.CommandContext(context.Background(), c.kubectl, arguments...)
	command.Env = c.Environment()
	said, err := command.CombinedOutput()
	return string(said), err
}

// Apply is what the README says to do with a file that a build has written.
func (c *Cluster) Apply(t testing.TB, file string) string {
	t.Helper()
	return c.Kubectl(t, "apply", "--server-side", "--validate=strict", "--filename", file)
}

// ApplyAll is what the README says to do with all that a build has written but the Secrets.
func (c *Cluster) ApplyAll(t testing.TB, folder string) string {
	t.Helper()
	return c.Kubectl(t, "apply", "--server-side", "--validate=strict", "--kustomize", folder)
}

// Environment is that of a user who has the programs, and a kubeconfig with all rights.
func (c *Cluster) Environment() []string {
	path := strings.Join([]string{filepath.Dir(c.kubectl), filepath.Dir(os.Getenv(served.Program)), os.Getenv("PATH")}, ":")
	return []string{"KUBECONFIG=" + c.Kubeconfig, "HOME=" + c.home, "PATH=" + path}
}
