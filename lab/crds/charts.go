package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
)

const operatorModule = "github.com/external-secrets/external-secrets"

// chart is one version of the operator, and what its module has to hash to; or a file of any resource definitions.
type chart struct {
	version string
	sum     string
	file    string
}

// readCharts reads the table of charts, which is sorted by version.
func readCharts(path string) ([]chart, error) {
	rows, err := readTable(path, 2)
	if err != nil {
		return nil, err
	}
	var charts []chart
	for _, row := range rows {
		if !semver.IsValid("v" + row[0]) {
			return nil, fmt.Errorf("%s: %q is no version", path, row[0])
		}
		if n := len(charts); n > 0 && semver.Compare("v"+charts[n-1].version, "v"+row[0]) >= 0 {
			return nil, fmt.Errorf("%s: %s does not come after %s", path, row[0], charts[n-1].version)
		}
		charts = append(charts, chart{version: row[0], sum: row[1]})
	}
	return charts, nil
}

func chartOf(charts []chart, version string) (chart, error) {
	if strings.HasSuffix(version, ".yaml") {
		return chart{version: filepath.Base(version), file: version}, nil
	}
	var known []string
	for _, chart := range charts {
		if chart.version == version {
			return chart, nil
		}
		known = append(known, chart.version)
	}
	return chart{}, fmt.Errorf("chart %s is not known here; known are %s", version, strings.Join(known, ", "))
}

// definitions gives the path of the chart's resource definitions. Go fetches the module and checks it against the public
// checksum database; what lies in the cache is hashed again, so that a file that was changed there is found.
func (c chart) definitions() (string, error) {
	if c.file != "" {
		return c.file, nil
	}
	module := operatorModule + "@v" + c.version
	var dir string
	var err error
	for _, pause := range pauses {
		time.Sleep(pause)
		if dir, err = download(module); err == nil {
			break
		}
	}
	if err != nil {
		return "", err
	}
	if err := verify(dir, module, c.sum); err != nil {
		return "", err
	}
	return filepath.Join(dir, "deploy", "crds", "bundle.yaml"), nil
}

// pauses are before each time that a module is asked for: its proxy has its moments.
var pauses = []time.Duration{0, 5 * time.Second, 20 * time.Second}

// download gives the folder of a module.
func download(module string) (string, error) {
	command := exec.Command("go", "mod", "download", "-json", module)
	command.Dir = os.TempDir() // not in the lab's own module
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, runError := command.Output()
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(output, &answer); err != nil {
		return "", fmt.Errorf("%s cannot be fetched: %w: %s", module, errors.Join(runError, err), complaint.String())
	}
	if answer.Error != "" || runError != nil {
		return "", fmt.Errorf("%s cannot be fetched: %s", module, answer.Error)
	}
	return answer.Dir, nil
}

func verify(dir, module, want string) error {
	sum, err := dirhash.HashDir(dir, module, dirhash.Hash1)
	if err != nil {
		return err
	}
	if sum != want {
		return fmt.Errorf("%s in %s hashes to %s and not to %s", module, dir, sum, want)
	}
	return nil
}

// readTable reads rows of that many columns, separated by tabs; a line that starts with # is a comment.
func readTable(path string, columns int) ([][]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for number, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("%s:%d: %d columns, expected %d", path, number+1, len(row), columns)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
