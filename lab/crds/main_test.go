package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAModuleThatWasChangedIsRefused(t *testing.T) {
	directory := filepath.Dir(write(t, "bundle.yaml", "changed"))
	if err := verify(directory, "m@v1", "h1:other="); err == nil || !strings.Contains(err.Error(), "and not to h1:other=") {
		t.Errorf("error %v", err)
	}
}

func TestAChartThatIsNotInTheTableIsRefused(t *testing.T) {
	err := run([]string{"check", "-charts", "../charts.tsv", "-chart", "0.16.2", "."}, os.Stderr)
	if err == nil || errors.Is(err, errFound) || !strings.Contains(err.Error(), "chart 0.16.2 is not known here") {
		t.Errorf("error %v", err)
	}
}

func TestATableThatIsNotSortedIsRefused(t *testing.T) {
	if _, err := readCharts(write(t, "charts.tsv", "0.20.4\th1:a=\n0.10.4\th1:b=\n")); err == nil {
		t.Error("no error")
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
