// Package cluster runs what the scenarios of the lab are played on: a control plane of Kubernetes, the operator, and
// instances of secretbridge, each a real process on loopback, which ends with the test that started it.
package cluster

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Process is a program in the background. What it says is in a file.
type Process struct {
	name  string
	log   string
	ended chan struct{}

	command *exec.Cmd
}

// logs is the folder where the processes of a test say what they do.
func logs(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("SECRETBRIDGE_LAB_LOGS")
	if folder == "" {
		folder = t.TempDir()
	}
	folder = filepath.Join(folder, strings.ReplaceAll(t.Name(), "/", "."))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// run starts a program, which is stopped when the test ends. Where the test has failed, the end of its log is shown.
func run(t testing.TB, name string, command *exec.Cmd) *Process {
	t.Helper()
	log := filepath.Join(logs(t), name+".log")
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	command.Stdout, command.Stderr = file, file
	// Whatever ends this test, nothing of it stays.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	process := &Process{name: name, log: log, ended: make(chan struct{}), command: command}
	go func() {
		_ = command.Wait()
		close(process.ended)
	}()
	t.Cleanup(func() {
		if t.Failed() { // before it says how it ends
			t.Logf("the end of %s:\n%s", log, process.tail(40))
		}
		process.Stop(t)
	})
	return process
}

// Background runs commands of the shell in a folder, while the test goes on.
func Background(t testing.TB, name, folder string, environment []string, commands string) *Process {
	t.Helper()
	command := exec.CommandContext(context.Background(), "bash", "-euo", "pipefail", "-c", "exec "+strings.TrimSpace(commands))
	command.Dir, command.Env = folder, environment
	return run(t, name, command)
}

// Stop asks it to end, twice if need be, and waits until it has.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	for _, wait := range []time.Duration{100 * time.Millisecond, 10 * time.Second} {
		_ = p.command.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
			return
		case <-time.After(wait):
		}
	}
	t.Logf("%s did not end by itself", p.name)
	p.Kill()
}

// Kill ends it at once.
func (p *Process) Kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// Freeze stops it from running: it takes connections, and answers nothing.
func (p *Process) Freeze() { _ = p.command.Process.Signal(syscall.SIGSTOP) }

// Thaw lets it run on.
func (p *Process) Thaw() { _ = p.command.Process.Signal(syscall.SIGCONT) }

// ID is that of the process.
func (p *Process) ID() int { return p.command.Process.Pid }

// Said is all that it has written.
func (p *Process) Said(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// PeakMemory is the most that it has had in memory so far, in bytes.
func (p *Process) PeakMemory(t testing.TB) uint64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.ID()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes uint64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); err == nil {
			return kilobytes * 1024
		}
	}
	t.Fatalf("%s has no VmHWM", p.name)
	return 0
}

func (p *Process) tail(lines int) string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	all := bytes.Split(bytes.TrimRight(text, "\n"), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}

// hasEnded is for those that wait for it to be ready.
func (p *Process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// program is one that `lab/cluster/programs.sh` has built.
func program(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("SECRETBRIDGE_LAB_PROGRAMS")
	if folder == "" {
		t.Fatal("SECRETBRIDGE_LAB_PROGRAMS is not set: lab/run does")
	}
	return filepath.Join(folder, name)
}

// The ports that FreePort chooses from are below those that systems give to outgoing connections, of which a cluster opens hundreds:
// none of them can take one in the time before it is listened on.
const firstPort, endOfPorts = 16000, 32000

// FreePort is one that nobody listens on, and that it has not given before.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := firstPort + rand.IntN(endOfPorts-firstPort)
		if _, given := givenPorts.LoadOrStore(port, true); given {
			continue
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		listener.Close()
		return port
	}
	t.Fatalf("there is no free port from %d to %d", firstPort, endOfPorts-1)
	return 0
}

var givenPorts sync.Map

// Eventually asks again until the answer is no error, and insists that this is so within the time.
func Eventually(t testing.TB, within time.Duration, what string, ask func() error) time.Duration {
	t.Helper()
	started := time.Now()
	for {
		err := ask()
		if err == nil {
			return time.Since(started)
		}
		if time.Since(started) > within {
			t.Fatalf("%s: not within %v: %v", what, within, err)
		}
		time.Sleep(min(within/50, 200*time.Millisecond))
	}
}
