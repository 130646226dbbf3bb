// Package scale has two thousand ExternalSecrets read from a server at once.
package scale

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// many is how many ExternalSecrets there are, each of a path of its own; SECRETBRIDGE_LAB_SCALE says otherwise.
func many(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SECRETBRIDGE_LAB_SCALE")
	if text == "" {
		return 2000
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// flags let the operator ask as much as it can.
var flags = []string{"--concurrent=50", "--client-qps=2000", "--client-burst=4000"}

// within is how long one burst may take.
const within = 5 * time.Minute

// server is what the operator reads from.
type server interface {
	// configuration is that of the instance, but for the secrets.
	configuration() string
	// start fills it for the first time, and runs it with nothing in its memory.
	start(t *testing.T, instance *cluster.Instance, values map[string]string) *cluster.Process
	// change replaces all values, and waits until it remembers none.
	change(t *testing.T, values map[string]string)
	// asked is what it has been asked so far.
	asked(t *testing.T) asked
}

// asked is what a server was asked.
type asked struct {
	requests, reads, failures int
	// connections is how many the operator has made for that.
	connections int
	// storeReads is how often it has read the store behind it, and storeFailures what went wrong there.
	storeReads, storeFailures int
}

func (a asked) since(before asked) asked {
	return asked{
		requests:      a.requests - before.requests,
		reads:         a.reads - before.reads,
		failures:      a.failures - before.failures,
		connections:   a.connections - before.connections,
		storeReads:    a.storeReads - before.storeReads,
		storeFailures: a.storeFailures - before.storeFailures,
	}
}

// burst is what one took.
type burst struct {
	asked
	took, server, operator time.Duration
}

func TestTwoThousandExternalSecretsAreReadAtOnce(t *testing.T) {
	count := many(t)
	table := []string{
		"| server, burst | all Ready after | requests | of them reads | requests/s | connections | store reads | CPU of the server | CPU of the operator | peak memory |",
		"|---|---|---|---|---|---|---|---|---|---|",
	}
	for _, each := range []struct {
		name   string
		server func(t *testing.T) server
		// counts is whether it tells of its connections and of its store.
		counts bool
	}{
		{"secretbridge over age", func(*testing.T) server { return &bridge{} }, true},
		{"OpenBao in memory", func(t *testing.T) server { return newOpenBao(t) }, false},
	} {
		t.Run(strings.Fields(each.name)[0], func(t *testing.T) {
			bursts, peak := play(t, each.server(t), count)
			for index, burst := range bursts {
				connections, storeReads := "-", "-"
				if each.counts {
					connections, storeReads = strconv.Itoa(burst.connections), strconv.Itoa(burst.storeReads)
				}
				table = append(table, fmt.Sprintf("| %s, %s | %.1f s | %d | %d | %.0f | %s | %s | %.2f s | %.1f s | %.0f MiB |",
					each.name, []string{"first", "refresh"}[index], burst.took.Seconds(), burst.requests, burst.reads,
					float64(burst.requests)/burst.took.Seconds(), connections, storeReads,
					burst.server.Seconds(), burst.operator.Seconds(), float64(peak)/(1<<20)))
				judge(t, burst, count, each.counts)
			}
		})
	}
	t.Log("\n" + strings.Join(table, "\n"))
}

// judge insists on what does not depend on the machine.
func judge(t *testing.T, burst burst, count int, counts bool) {
	t.Helper()
	if burst.failures != 0 || burst.storeFailures != 0 {
		t.Errorf("%d requests failed, and %d times the store", burst.failures, burst.storeFailures)
	}
	if burst.reads < count {
		t.Errorf("%d reads of %d paths", burst.reads, count)
	}
	if counts && burst.storeReads != count {
		t.Errorf("the store was read %d times for %d paths", burst.storeReads, count)
	}
}

// play has everything applied, then starts the operator; then everything is changed, and the operator told of it at once.
func play(t *testing.T, server server, count int) (bursts [2]burst, peak uint64) {
	t.Helper()
	c := cluster.Start(t, cluster.Newer)
	c.Namespace(t, "scale", "external-secrets-system")
	first, second := values(1, count), values(2, count)
	instance := cluster.NewInstance(t, c, server.configuration()+manifests(count))
	process := server.start(t, instance, first)
	deliver(t, c, instance)
	forgetPeak(t, process)

	all := watch(t, c, count)
	load(t, "before the first burst")
	before, used := server.asked(t), cpu(t, process)
	started := time.Now()
	operator := c.StartOperator(t, flags...)
	bursts[0].took = all.ready(t, started)
	bursts[0].asked = server.asked(t).since(before)
	bursts[0].server, bursts[0].operator = cpu(t, process)-used, cpu(t, operator)
	holds(t, c, first)

	server.change(t, second)
	operator.Freeze()
	all = watch(t, c, count)
	touch(t, c, first)
	load(t, "before the refresh")
	before, used = server.asked(t), cpu(t, process)
	alone := cpu(t, operator)
	started = time.Now()
	operator.Thaw()
	bursts[1].took = all.ready(t, started)
	bursts[1].asked = server.asked(t).since(before)
	bursts[1].server, bursts[1].operator = cpu(t, process)-used, cpu(t, operator)-alone
	holds(t, c, second)
	return bursts, process.PeakMemory(t)
}

// deliver is Instance.Deliver, and says how long each part of it took.
func deliver(t *testing.T, c *cluster.Cluster, instance *cluster.Instance) {
	t.Helper()
	started := time.Now()
	built := instance.Build(t)
	building := time.Since(started)
	c.Apply(t, built+"/secrets.yaml")
	started = time.Now()
	c.ApplyAll(t, built)
	t.Logf("built in %.1f s, and applied by kubectl and kustomize in %.1f s", building.Seconds(), time.Since(started).Seconds())
}

// names are those of the Secrets, and the last segments of their paths.
func names(count int) []string {
	all := make([]string, count)
	for index := range all {
		all[index] = fmt.Sprintf("secret-%04d", index)
	}
	return all
}

// values are those of all paths, other ones each time.
func values(time, count int) map[string]string {
	all := map[string]string{}
	for _, name := range names(count) {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, time))
		all[name] = hex.EncodeToString(sum[:])
	}
	return all
}

func manifests(count int) string {
	var text strings.Builder
	for _, name := range names(count) {
		fmt.Fprintf(&text, "  - { name: %[1]s, namespace: scale, sync_mode: external-secrets, data: { password: apps/%[1]s } }\n", name)
	}
	return text.String()
}

// holds insists that the cluster has each value, and no other.
func holds(t *testing.T, c *cluster.Cluster, want map[string]string) {
	t.Helper()
	wrong, there := 0, 0
	for _, secret := range c.Secrets(t, "scale") {
		there++
		if value, known := want[secret.Name]; !known || len(secret.Data) != 1 || string(secret.Data["password"]) != value {
			wrong++
		}
	}
	if there != len(want) || wrong > 0 {
		t.Errorf("there are %d Secrets of %d, and %d of them are wrong", there, len(want), wrong)
	}
}
