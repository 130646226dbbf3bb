package document

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// ReadColumn reads one column of a table whose first line names its columns; the keys are those of the first column.
func ReadColumn(path, name string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	header := strings.Split(lines[0], "\t")
	index := slices.Index(header, name)
	if index < 1 {
		return nil, fmt.Errorf("%s has no column %s", path, name)
	}
	cells := map[string]string{}
	for _, line := range lines[1:] {
		row := strings.Split(line, "\t")
		if len(row) != len(header) {
			return nil, fmt.Errorf("%s: %q has %d columns, expected %d", path, line, len(row), len(header))
		}
		if _, twice := cells[row[0]]; twice {
			return nil, fmt.Errorf("%s: %s is there twice", path, row[0])
		}
		cells[row[0]] = row[index]
	}
	return cells, nil
}

// Tally names what was counted, sorted.
func Tally(counts map[string]int) string {
	if len(counts) == 0 {
		return "none"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, ", ")
}
