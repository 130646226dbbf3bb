package bootstrap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// shell is a terminal: what is typed first holds for what is typed later.
type shell struct {
	stdin  io.Writer
	stdout *bufio.Reader
}

// prompt is what it says after each block.
const prompt = "--- the block has ended"

func newShell(t *testing.T, folder string, environment []string) *shell {
	t.Helper()
	command := exec.CommandContext(context.Background(), "bash", "-euo", "pipefail")
	command.Dir, command.Env = folder, environment
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return &shell{stdin: stdin, stdout: bufio.NewReader(stdout)}
}

// types a block, and returns what is said; the first command that fails ends the test.
func (s *shell) types(t *testing.T, commands string) string {
	t.Helper()
	if _, err := fmt.Fprintf(s.stdin, "%s\necho; echo '%s'\n", commands, prompt); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for {
		line, err := s.stdout.ReadString('\n')
		if strings.TrimSuffix(line, "\n") == prompt {
			return strings.TrimSuffix(said.String(), "\n")
		}
		said.WriteString(line)
		if err != nil {
			t.Fatalf("%s\nsays:\n%s", commands, &said)
		}
	}
}
